import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { sharedBrowser, SIZES, WITH_BROWSER, type DashboardPage } from './browser.ts';
import { HOSTILE, report } from './report.ts';
import { untilHerdKnown } from './whole-herd.ts';

/* Names of clients are other people's text, wherever they are shown. */

const browser = sharedBrowser();

/** Ends the isolation that is around it, and would turn what follows. What is seen of it are its letters. */
const TURNING = '\u2069\u202enrut';
const TURNING_SHOWN = 'nrut';
/** A letter under a tower of marks. */
const TOWER = `k${'\u0301'.repeat(300)}`;
const LONG = 'kiwi'.repeat(900);
const CLIENTS = [HOSTILE, TURNING, TOWER, LONG];

/** How high each note is, in pixels. Runs in the page. */
const NOTE_HEIGHTS = `[...document.querySelectorAll('.toast')].map((note) => note.getBoundingClientRect().height)`;

/** Fails where a name became an element or ran as a script, or made the page wider than its window. */
async function assertText({ at, faults }: DashboardPage): Promise<void> {
  assert.equal(await at.locator('img').count(), 0);
  assert.deepEqual(faults, []);
  const isWide = 'document.documentElement.scrollWidth > innerWidth';
  await eventuallyTrue(
    'the page is as wide as its window', // some of it follows the window in the next frame
    async () => !(await at.evaluate<boolean>(isWide)),
  );
}

/** Fails where words of an element stand in another order than they are written in. */
async function assertReadsOn(page: DashboardPage, selector: string, words: readonly string[]) {
  const lefts = await page.at.evaluate<number[]>(`(() => {
    const words = ${JSON.stringify(words)};
    const all = [...document.querySelectorAll('${selector}')];
    const element = all.find(({ textContent }) => words.every((word) => textContent.includes(word)));
    return words.map((word) => {
      const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      while (!texts.nextNode().data.includes(word));
      const range = document.createRange();
      const start = texts.currentNode.data.indexOf(word);
      range.setStart(texts.currentNode, start);
      range.setEnd(texts.currentNode, start + word.length);
      return range.getBoundingClientRect().left;
    });
  })()`);
  const ordered = lefts.toSorted((a, b) => a - b);
  assert.deepEqual(lefts, ordered, `from left to right: ${words.join(', ')}`);
}

test(
  'names that are HTML, turn the text, are towers or long change nothing around them',
  WITH_BROWSER,
  async (t) => {
    await using herd = await TestHerd.make({
      servers: ['A', 'B'],
      links: [['A', 'B']],
      hasGateways: true,
    });
    await herd.up();
    await untilHerdKnown(herd, 'A');
    await using page = await (await browser()).open(herd.gateway('A'), { fragment: '#/people' });
    const { at } = page;
    at.on('dialog', (dialog) => page.faults.push(`a script ran: ${dialog.message()}`));
    await at.getByText('Nobody has reported yet').waitFor();
    for (const client of CLIENTS) await report(herd.gateway('A'), client);

    await t.test('in the list of people', async () => {
      await at.getByRole('rowheader', { name: HOSTILE }).waitFor();
      await at.getByRole('rowheader', { name: TURNING_SHOWN, exact: true }).waitFor();
      await at
        .locator('tbody tr')
        .nth(CLIENTS.length - 1)
        .waitFor();
      for (const row of await at.locator('tbody tr').all()) {
        assert.ok(((await row.boundingBox())?.height ?? Infinity) < 60, 'a row is one line high');
      }
      await assertText(page);
      await at.setViewportSize(SIZES.phone);
      await assertText(page);
      await at.setViewportSize(SIZES.desktop);
    });

    await t.test('in a share link, which leads to the client', async () => {
      for (const client of CLIENTS) {
        await page.show(`#/people/${encodeURIComponent(client)}`);
        await at.getByText('Share', { exact: true }).click();
        const link = await at.getByLabel('the link', { exact: true }).textContent();
        assert.equal(decodeURIComponent(new URL(link ?? '').hash), `#/map/${client}`);
        await assertText(page);
      }
      await page.show(`#/map/${encodeURIComponent(LONG)}`);
      await at.getByRole('complementary').getByText('34.070000, -118.440000').waitFor();
      await assertText(page);
    });

    await t.test('on the map', () => checkMap(page));

    await t.test('in the console', async () => {
      await page.show('#/console/B');
      const line = at.getByLabel(/^Line for B/);
      for (const client of CLIENTS) {
        await line.fill(`IAMAT ${client} +34.07-118.44 1621464827.9`);
        await at.getByRole('button', { name: 'Send' }).click();
        await at.locator('.exchange').nth(CLIENTS.indexOf(client)).waitFor();
      }
      await line.fill(`WHATSAT nobody${TURNING} 10 5`);
      await at.getByRole('button', { name: 'Send' }).click();
      await at.getByText('No server has heard of this client').waitFor();
      for (const client of CLIENTS.keys()) {
        await at.getByLabel('Bytes received').nth(client).waitFor(); // they may come in any order
      }
      await assertReadsOn(page, '.exchange-meaning', ['heard', TURNING_SHOWN, 'its own']);
      await assertText(page);
      await at.setViewportSize(SIZES.phone);
      await assertText(page);
      await at.setViewportSize(SIZES.desktop);
    });

    await t.test('in the picture of the herd', async () => {
      await page.show('#/herd');
      const way = at.getByRole('region', { name: 'The way of an update' });
      await way.getByText(/^Update \d of [AB], /).waitFor();
      await way.getByText('accepted it').waitFor();
      await at
        .getByRole('list', { name: 'Drops and returns' })
        .getByText('started')
        .first()
        .waitFor();
      await assertText(page);
    });

    await t.test('in a note of their removal', async () => {
      for (const client of [HOSTILE, TURNING, LONG]) {
        await page.show(`#/people/${encodeURIComponent(client)}`);
        await at.getByText('Remove', { exact: true }).click();
        await at.getByRole('button', { name: 'Remove …' }).click();
        await assertText(page);
        await at.getByRole('button', { name: 'Remove', exact: true }).click();
        await at.getByRole('complementary').waitFor({ state: 'detached' });
        // A note is gone after a while, and those of before may be there still.
        if (client === TURNING)
          await assertReadsOn(page, '.toast', [TURNING_SHOWN, ' is ', 'removed']);
        const heights = await at.evaluate<number[]>(NOTE_HEIGHTS);
        assert.ok(
          heights.length > 0 && Math.max(...heights) < 90,
          `notes are short: ${heights.join(', ')}`,
        );
        await assertText(page);
      }
    });
  },
);

/** The clients are found by search; a panel says where one is. */
async function checkMap(page: DashboardPage): Promise<void> {
  await page.show('#/map');
  await page.at.locator('.maplibregl-canvas').waitFor();
  await page.at.getByRole('combobox').fill('onerror');
  await page.at.getByRole('option', { name: HOSTILE }).click();
  const panel = page.at.getByRole('complementary', { name: HOSTILE });
  await panel.getByRole('heading', { name: HOSTILE }).waitFor();
  await panel.getByText('34.070000, -118.440000').waitFor();
  await panel.getByText('63%').waitFor();
  const link = decodeURIComponent(new URL(page.at.url()).hash);
  assert.ok(link.startsWith(`#/map/${HOSTILE}`), link);
  await page.at.getByText('4 clients', { exact: true }).waitFor();
  await page.at.getByRole('combobox').fill('kiwikiwi');
  await page.at.getByRole('option').first().waitFor();
  await assertText(page);
}
