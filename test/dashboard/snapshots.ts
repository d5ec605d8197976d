import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { PATIENCE_MS } from '../support/patience.ts';
import { CHECKOUT } from '../support/process.ts';
import type { DashboardPage } from './browser.ts';

/* Pictures of the page, kept at half the size, and compared at a quarter of it, where little is left of antialiasing. */

const KEPT = join(CHECKOUT, 'test/dashboard/snapshots');
/** What does not match its snapshot is written here, with a picture of the difference. */
const FAILED = join(CHECKOUT, 'build/snapshots');
/** `npm run test:deep -- --update-snapshots` sets it. */
const IS_UPDATE = process.env['PROXY_HERD_UPDATE_SNAPSHOTS'] === '1';

/** Pixels differ by more than this, of black against white: two greys of neighbouring surfaces differ by less. */
const THRESHOLD = 0.1;
/**
 * So many of them in a square of this width, at a quarter of the size, are another picture. A panel that is missing makes
 * some 270, letters with other antialiasing 6.
 */
const WINDOW = 32;
export const MOST_IN_WINDOW = 60;
/** Colours are kept in so many steps of each channel: files are a third smaller. */
const STEP = 8;
/** A picture that is to be kept has to be the same so often in a row. */
const SAME_AGAIN = 6;
/** Pictures follow each other so fast, in milliseconds. */
const EVERY_MS = 250;

/** Compares the page with the snapshot of a name, until they match, or writes it where snapshots are being updated. */
export async function matchSnapshot(
  page: DashboardPage,
  name: string,
  masked: readonly string[],
): Promise<void> {
  const file = join(KEPT, `${name}.png`);
  if (IS_UPDATE) {
    await mkdir(KEPT, { recursive: true });
    const still = await takeStill(page, masked);
    // One that still matches stays as it is, so that an update changes what has changed.
    if (existsSync(file) && differenceOf(still, await readPng(file)).count <= MOST_IN_WINDOW)
      return;
    await writePng(file, still);
    return;
  }
  assert.ok(existsSync(file), `there is no ${file}: --update-snapshots makes it`);
  const kept = await readPng(file);
  const deadlineMs = Date.now() + PATIENCE_MS;
  for (;;) {
    const taken = await take(page, masked);
    const { count, picture } = differenceOf(taken, kept);
    if (count <= MOST_IN_WINDOW) return;
    if (Date.now() > deadlineMs) {
      await mkdir(FAILED, { recursive: true });
      await writePng(join(FAILED, `${name}.png`), taken);
      await writePng(join(FAILED, `${name}.difference.png`), picture);
      assert.fail(`${name} is another picture (${count} pixels in a square): see ${FAILED}`);
    }
    await delay(EVERY_MS);
  }
}

/** How much two pictures differ: the most pixels in any square. */
export function differenceOf(taken: PNG, kept: PNG): { count: number; picture: PNG } {
  const [now, before] = [halve(taken), halve(kept)];
  const { width, height } = now;
  const picture = new PNG({ width, height });
  if (width !== before.width || height !== before.height) return { count: Infinity, picture };
  const options = { threshold: THRESHOLD, windowSize: WINDOW, includeAA: true };
  const count = pixelmatch(now.data, before.data, picture.data, width, height, options);
  return { count, picture };
}

/** Takes pictures until nothing changes any more. */
async function takeStill(page: DashboardPage, masked: readonly string[]): Promise<PNG> {
  let last = await take(page, masked);
  for (let same = 0; same < SAME_AGAIN;) {
    await delay(EVERY_MS);
    const next = await take(page, masked);
    same = next.data.equals(last.data) ? same + 1 : 0;
    last = next;
  }
  return last;
}

/** Takes a picture, at half the size and in fewer colours. */
export async function take(page: DashboardPage, masked: readonly string[]): Promise<PNG> {
  const png = await page.at.screenshot({
    mask: masked.map((selector) => page.at.locator(selector)),
    maskColor: '#808080',
    animations: 'disabled',
  });
  const half = halve(PNG.sync.read(png));
  for (const [at, value] of half.data.entries()) {
    half.data[at] = Math.min(255, Math.round(value / STEP) * STEP);
  }
  return half;
}

/** Each pixel of the result is the mean of four. */
function halve(full: PNG): PNG {
  const half = new PNG({ width: full.width >> 1, height: full.height >> 1 });
  for (let y = 0; y < half.height; y++) {
    for (let x = 0; x < half.width; x++) {
      const to = 4 * (y * half.width + x);
      for (let channel = 0; channel < 4; channel++) {
        const at = (dx: number, dy: number): number =>
          full.data[4 * ((2 * y + dy) * full.width + 2 * x + dx) + channel] ?? 0;
        half.data[to + channel] = (at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1)) / 4;
      }
    }
  }
  return half;
}

async function readPng(file: string): Promise<PNG> {
  return PNG.sync.read(await readFile(file));
}

async function writePng(file: string, png: PNG): Promise<void> {
  await writeFile(file, PNG.sync.write(png, { colorType: 2, deflateLevel: 9 }));
}
