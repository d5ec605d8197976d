import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { TestHerd } from '../support/herd.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { percentile, showMs } from '../support/statistics.ts';
import { sharedBrowser, WITH_BROWSER } from './browser.ts';
import { heapBytes, recordFrames, takeFrames } from './frames.ts';
import { MovingClients } from './moving-clients.ts';
import { clientsIn } from './page-state.ts';

/* A page under load. `npm run bench -- dashboard` says how quick it is. */

const CLIENTS = 5000;
const REPORTS_A_SECOND = 1000;
const LASTS_MS = 10_000;
/** What the page may keep of 10,000 reports, in bytes: points of trails, and room that its engine leaves itself. */
const MOST_GROWTH_BYTES = 40 * 2 ** 20;
const PLACE = { latitude: 34.05, longitude: -118.25 };

const browser = sharedBrowser();

test('a page has the last position of each of 5,000 clients that move', WITH_BROWSER, async (t) => {
  await using herd = await TestHerd.make({ servers: ['Riley'], hasGateways: true });
  await herd.serveAll();
  const moving = await MovingClients.start(herd.clients('Riley'), CLIENTS, PLACE);
  await using page = await (
    await browser()
  ).open(herd.gateway('Riley'), { motion: 'no-preference' });
  await page.untilLive();
  const hasAll = async (): Promise<boolean> => {
    return isDeepStrictEqual(await clientsIn(page), moving.positions);
  };
  await eventuallyTrue('the page has all', hasAll);
  await recordFrames(page);
  const before = await heapBytes(page);
  await moving.move(REPORTS_A_SECOND, LASTS_MS);
  await eventuallyTrue('the page has the last position of each', hasAll);
  const frames = await takeFrames(page);
  const grownBytes = (await heapBytes(page)) - before;
  const [p50, p95] = [0.5, 0.95].map((q) => showMs(percentile(frames, q)));
  t.diagnostic(
    `${frames.length} frames, p50 ${p50}, p95 ${p95}; the heap grew by ${grownBytes} bytes`,
  );
  assert.ok(grownBytes < MOST_GROWTH_BYTES, `the heap grew by ${grownBytes} bytes`);
  assert.ok(frames.length > 0, 'it drew');
  assert.deepEqual(page.faults, []);
  await moving.end();
});
