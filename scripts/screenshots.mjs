// `npm run screenshots`: takes the pictures of the README, docs/images/, from the real page of a demo. Needs Debian's
// packages `chromium` and `webp`.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { prepare } from './prepare.mjs';
import { BUNDLE, ROOT } from './projects.mjs';

/** @typedef {import('playwright-core').Browser} Browser */
/** @typedef {import('playwright-core').Page} Page */
/** @typedef {{ readonly file: string, readonly ms: number }} Frame one of an animation, and how long it is shown */

const IMAGES = join(ROOT, 'docs/images');
const PROGRAMS = { chromium: 'chromium', img2webp: 'webp' };

/** What each image may have at most, in bytes: the README shows them. */
const MOST_BYTES = { picture: 300_000, animation: 1_500_000 };
const SIZE = { width: 1280, height: 800 };

/** Within which the demo has to run, in milliseconds. */
const STARTS_WITHIN_MS = 120_000;
/** So long the clients move before a picture is taken, in milliseconds: they then have trails and courses. */
const MOVES_MS = 10_000;
/** An animation shows so many updates on their way, in frames of so many milliseconds, and each for so long at its end. */
const UPDATES = 2;
const FRAME_MS = 60;
const END_MS = 1800;
/** So many frames an update has at most. */
const MOST_FRAMES = 150;
/** The quality of an animation, of 100. */
const QUALITY = 70;

const SERVERS = ['Riley', 'Jaquez', 'Juzang', 'Campbell', 'Bernard'];
const LINKS = ['Riley Jaquez', 'Riley Juzang', 'Jaquez Bernard', 'Jaquez Campbell'];
LINKS.push('Juzang Bernard', 'Juzang Campbell', 'Bernard Campbell');

for (const [program, debian] of Object.entries(PROGRAMS)) {
  if (spawnSync(program, ['-version']).error === undefined) continue;
  console.error(`${program} is not installed; on Debian: apt-get install ${debian}`);
  process.exit(1);
}
if (await prepare('all')) await takeAll();
else process.exitCode = 1;

async function takeAll() {
  const folder = mkdtempSync(join(tmpdir(), 'proxy-herd-screenshots-'));
  const [config, gateway] = await writeConfig(folder);
  const herd = spawn(
    process.execPath,
    [join(ROOT, BUNDLE, 'main.js'), 'up', '--demo', '--config', config],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(herd, 'exit');
  try {
    herd.stdout.resume();
    await untilDemoRuns(gateway);
    await takeImages(gateway, folder);
  } finally {
    herd.kill();
    await ended;
    rmSync(folder, { recursive: true });
  }
}

/**
 * Takes all pictures of a herd.
 *
 * @param {string} gateway
 * @param {string} folder for what is needed meanwhile
 */
async function takeImages(gateway, folder) {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  });
  try {
    mkdirSync(IMAGES, { recursive: true });
    for (const theme of /** @type {const} */ (['light', 'dark'])) {
      await takeMap(browser, gateway, theme);
    }
    await takeFlood(browser, gateway, folder);
  } finally {
    await browser.close();
  }
}

/**
 * The map of a demo, with one of its clients selected.
 *
 * @param {Browser} browser
 * @param {string} gateway
 * @param {'light' | 'dark'} theme
 */
async function takeMap(browser, gateway, theme) {
  const page = await browser.newPage({ viewport: SIZE, colorScheme: theme, locale: 'en-GB' });
  await page.goto(`${gateway}/#/map?colour=server`);
  await page.getByText('live', { exact: true }).waitFor();
  await page.getByRole('combobox').first().fill('Demo:');
  await page.getByRole('option', { name: 'Demo:' }).first().click();
  await delay(MOVES_MS);
  const file = join(IMAGES, `dashboard-${theme}.png`);
  await page.screenshot({ path: file });
  await page.close();
  checkSize(file, MOST_BYTES.picture);
}

/**
 * Updates on their way through the herd, as the page shows them. The page's time goes from frame to frame, so that it
 * is smooth however long this machine takes for a picture.
 *
 * @param {Browser} browser
 * @param {string} gateway
 * @param {string} folder for the frames
 */
async function takeFlood(browser, gateway, folder) {
  const page = await browser.newPage({ viewport: SIZE, colorScheme: 'dark', locale: 'en-GB' });
  await page.clock.install();
  await page.goto(`${gateway}/#/herd`);
  /** @type {Frame[]} */
  const frames = [];
  for (let update = 0; update < UPDATES; update++) {
    await page.clock.resume();
    await page.getByRole('button', { name: 'Show it again' }).waitFor();
    await delay(MOVES_MS);
    await page.clock.pauseAt(await page.evaluate('Date.now() + 1000'));
    frames.push(...(await recordFlood(page, join(folder, `${update}`))));
  }
  await page.close();
  const file = join(IMAGES, 'flood.webp');
  const options = ['-loop', '0', '-lossy', '-q', String(QUALITY), '-m', '6'];
  const each = frames.flatMap(({ file: frame, ms }) => ['-d', String(ms), frame]);
  const made = spawnSync('img2webp', [...options, ...each, '-o', file], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (made.status !== 0) throw new Error('img2webp failed');
  checkSize(file, MOST_BYTES.animation);
}

/**
 * Shows the newest update again, and takes a picture of each moment.
 *
 * @param {Page} page whose time stands still
 * @param {string} name what the files' names begin with
 * @returns {Promise<Frame[]>}
 */
async function recordFlood(page, name) {
  /** @type {Frame[]} */
  const frames = [];
  await page.getByRole('button', { name: 'Show it again' }).click();
  await page.mouse.move(0, 0);
  for (let n = 0; n < MOST_FRAMES; n++) {
    await page.clock.runFor(FRAME_MS);
    const file = `${name}-${n}.png`;
    await page.screenshot({ path: file });
    const isOver = (await page.locator('.flood-steps li:not(.reached)').count()) === 0;
    frames.push({ file, ms: isOver ? END_MS : FRAME_MS });
    if (isOver) return frames;
  }
  throw new Error(`an update was on its way for more than ${MOST_FRAMES} frames`);
}

/**
 * Writes the configuration of a herd on free ports. Returns its path, and the URL of its first gateway.
 *
 * @param {string} folder
 * @returns {Promise<[config: string, gateway: string]>}
 */
async function writeConfig(folder) {
  const ports = await takePorts(3 * SERVERS.length);
  const lines = SERVERS.map((name, n) => {
    const [clients, peers, gateway] = ports.slice(3 * n).map((port) => `127.0.0.1:${port}`);
    return `  ${name}: { clients: '${clients}', peers: '${peers}', gateway: '${gateway}' }`;
  });
  const links = LINKS.map((link) => `  - [${link.replace(' ', ', ')}]`);
  const config = join(folder, 'herd.yaml');
  writeFileSync(config, ['servers:', ...lines, 'links:', ...links, ''].join('\n'));
  return [config, `http://127.0.0.1:${ports[2]}`];
}

/**
 * Ports that nobody listens on now.
 *
 * @param {number} count
 */
async function takePorts(count) {
  const listeners = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(listeners.map((each) => once(each, 'listening')));
  const ports = listeners.map((each) => {
    const address = each.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  });
  await Promise.all(listeners.map((each) => once(each.close(), 'close')));
  return ports;
}

/**
 * Waits until all clients of the demo have reported.
 *
 * @param {string} gateway
 */
async function untilDemoRuns(gateway) {
  for (const began = Date.now(); Date.now() - began < STARTS_WITHIN_MS; await delay(500)) {
    const answer = await fetch(`${gateway}/v1/demo`).catch(() => undefined); // it does not listen yet
    const text = answer?.ok === true ? await answer.text() : '{}';
    const demo = /** @type {{ readonly state?: string }} */ (JSON.parse(text));
    if (demo.state === 'running') return;
  }
  throw new Error(`the demo does not run after ${STARTS_WITHIN_MS / 1000} s`);
}

/**
 * @param {string} file
 * @param {number} mostBytes
 */
function checkSize(file, mostBytes) {
  const { size } = statSync(file);
  console.log(`${file}: ${size} bytes`);
  if (size > mostBytes) throw new Error(`${file} has more than ${mostBytes} bytes`);
}
