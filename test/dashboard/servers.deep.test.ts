import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddress } from '#src/transport/address.js';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { sharedBrowser, WITH_BROWSER, type DashboardPage } from './browser.ts';
import { report } from './report.ts';
import { untilHerdKnown } from './whole-herd.ts';

/* Servers that go and come back, seen on the page. */

const browser = sharedBrowser();

/** Waits until the view has, or has lost, its colours: the picture of a herd that does not answer is grey. */
async function untilColoured(page: DashboardPage, isColoured: boolean): Promise<void> {
  const filter = `getComputedStyle(document.querySelector('main > :first-child')).filter`;
  const expected = isColoured ? 'none' : 'grayscale(1)';
  await eventuallyTrue(expected, async () => (await page.at.evaluate(filter)) === expected);
}

/** Does something, and waits for a note of it, which is gone after a while: it may come before all is done. */
async function untilNote<T>(page: DashboardPage, text: RegExp, act: () => Promise<T>): Promise<T> {
  const [done] = await Promise.all([act(), page.at.getByText(text).waitFor()]);
  return done;
}

test('servers go, the page’s own and then all, and come back', WITH_BROWSER, async () => {
  await using herd = await TestHerd.make({
    servers: ['Riley', 'Jaquez'],
    links: [['Riley', 'Jaquez']],
    hasGateways: true,
    data: './data',
  });
  const processes = await herd.serveAll();
  await untilHerdKnown(herd, 'Riley');
  const jaquez = herd.gateway('Jaquez');
  await report(jaquez, 'kiwi');
  await using page = await (await browser()).open(herd.gateway('Riley'), { fragment: '#/herd' });
  const dots = page.at.getByRole('list', { name: 'Servers' });
  await page.untilLive();
  const rows = page.at.getByRole('region', { name: 'What each server does' });
  await rows.getByRole('rowheader', { name: 'Jaquez' }).waitFor();
  const others = [...page.strangers].filter((each) => each !== `http://${formatAddress(jaquez)}`);
  assert.deepEqual(others, [], 'it asks the gateways of the herd alone');

  // Another server is killed, and back.
  await untilNote(page, /^Jaquez cannot be reached, last heard/, async () =>
    processes.get('Jaquez')?.signal('SIGKILL'),
  );
  await dots.getByText('Jaquez cannot be reached').waitFor();
  await page.untilLive();
  const again = await untilNote(page, /^Jaquez is back after/, () => herd.serve('Jaquez'));
  await dots.getByText('cannot be reached').waitFor({ state: 'detached' });

  // Its own server goes: it goes on at the other.
  await untilNote(page, /^Riley cannot be reached, last heard/, async () =>
    processes.get('Riley')?.stop(),
  );
  await page.at.getByRole('link', { name: 'People' }).click();
  await report(jaquez, 'emu');
  await page.at.getByRole('rowheader', { name: 'emu' }).waitFor();
  await page.untilLive();
  await untilColoured(page, true);

  // All are gone: the last picture stays, without its colours, with its age.
  await again.stop();
  await page.at.getByText(/^No server answers. This is how it was \d+ (s|min) ago/).waitFor();
  await page.at.getByText(/^no answer for \d+ (s|min), trying again/).waitFor();
  await untilColoured(page, false);
  await page.at.getByRole('rowheader', { name: 'emu' }).waitFor();

  // One is back.
  await herd.serve('Riley');
  await report(herd.gateway('Riley'), 'moa');
  await page.at.getByRole('rowheader', { name: 'moa' }).waitFor();
  await page.untilLive();
  await page.at.getByText('No server answers').waitFor({ state: 'detached' });
  await untilColoured(page, true);
});
