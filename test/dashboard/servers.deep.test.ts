import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestHerd } from '../support/herd.ts';
import { sharedBrowser, WITH_BROWSER } from './browser.ts';
import { report } from './report.ts';

/* Servers that go and come back, seen on the page. */

const browser = sharedBrowser();

test('the page’s own server goes, and the page goes on at another', WITH_BROWSER, async () => {
  await using herd = await TestHerd.make({
    servers: ['Riley', 'Jaquez'],
    links: [['Riley', 'Jaquez']],
    hasGateways: true,
  });
  const processes = await herd.serveAll();
  await report(herd.gateway('Jaquez'), 'kiwi');
  await using page = await (await browser()).open(herd.gateway('Riley'), { fragment: '#/people' });
  await page.untilLive();
  await page.at.getByRole('link', { name: 'Herd', exact: true }).click();
  await page.at.getByRole('rowheader', { name: 'Jaquez' }).waitFor();
  assert.deepEqual(page.faults, []);
  assert.deepEqual([...page.strangers], [], 'it asks no other server');

  await processes.get('Riley')?.stop();
  await page.at.getByText(/^Riley cannot be reached, last heard/).waitFor();
  await page.untilLive();
  await report(herd.gateway('Jaquez'), 'emu');
  await page.at.getByRole('link', { name: 'People' }).click();
  await page.at.getByRole('rowheader', { name: 'emu' }).waitFor();
  await herd.serve('Riley');
  await page.at.getByText(/^Riley is back after/).waitFor();
});
