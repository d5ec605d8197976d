import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverSchema } from '#src/gateway/api/server-schema.js';
import { formatAddress } from '#src/transport/address.js';
import { DIAGRAM, TestHerd } from '../support/herd.ts';
import { ask } from '../support/http.ts';
import { sharedBrowser, WITH_BROWSER, type DashboardPage } from './browser.ts';
import { report } from './report.ts';
import { untilHerdKnown } from './whole-herd.ts';

/* The Herd view of a herd of five: the picture, an update on its way, a server that is killed and back. */

const browser = sharedBrowser();

/** The links of the herd, each way. */
const LINKS = new Set((DIAGRAM.links ?? []).flatMap(([a, b]) => [`${a} ${b}`, `${b} ${a}`]));

/** How far from the left the circle of each server is, in pixels, all at the same moment. Runs in the page. */
const NODE_LEFTS = `Object.fromEntries([...document.querySelectorAll('.graph-node')].map((node) => {
  const { left } = node.querySelector('circle').getBoundingClientRect();
  return [node.querySelector('.graph-node-name').textContent, Math.round(left)];
}))`;

test(
  'a herd of five, an update on its way through it, and a server that goes',
  WITH_BROWSER,
  async (t) => {
    await using herd = await TestHerd.make({ ...DIAGRAM, hasGateways: true });
    const processes = await herd.serveAll();
    await untilHerdKnown(herd, 'Riley');
    await using page = await (await browser()).open(herd.gateway('Riley'), { fragment: '#/herd' });
    await page.at.getByText('5 of 5 servers reachable, 7 of 7 links up').waitFor();

    await t.test('the picture is that of the diagram', async () => {
      await page.at.getByText('5 of 5 servers reachable, 7 of 7 links up').waitFor();
      await page.at.locator('.graph-node').nth(4).waitFor();
      const lefts = await page.at.evaluate<Record<string, number>>(NODE_LEFTS);
      const x = (server: string): number => lefts[server] ?? Number.NaN;
      assert.ok(x('Riley') < x('Jaquez') && x('Jaquez') < x('Bernard'));
      assert.equal(x('Jaquez'), x('Juzang'));
      assert.equal(x('Bernard'), x('Campbell'));
      assert.equal(await page.at.locator('.graph-link.up').count(), 7);
    });

    await t.test('the way of a report is over the links that carried it', () =>
      checkWay(herd, page),
    );

    await t.test('a report of the console is shown on its way, and stays', async () => {
      await page.show('#/console/Bernard');
      await page.at.getByLabel(/^Line for Bernard/).fill('IAMAT emu +34.07-118.44 1621464827.9');
      await page.at.getByRole('button', { name: 'Send' }).click();
      await page.at.getByRole('link', { name: 'See it flood' }).click();
      const way = page.at.getByRole('region', { name: 'The way of an update' });
      await way.getByText(/^Update 1 of Bernard, /).waitFor();
      await way.getByRole('button', { name: 'Follow', pressed: false }).waitFor();
      await page.show('#/herd');
    });

    await t.test('the charts and the version vector of a server are in its panel', async () => {
      await page.at.locator('.graph-node', { hasText: 'Campbell' }).click();
      const panel = page.at.getByRole('complementary', { name: 'Campbell' });
      await panel
        .getByRole('img', { name: /^memory of Campbell in the last five minutes: now/ })
        .waitFor();
      const vector = panel.getByRole('region', { name: 'Version vector' });
      await vector.getByRole('row', { name: 'Riley 1 level' }).waitFor();
      assert.equal(new URL(page.at.url()).hash, '#/herd/Campbell');
      await page.at.keyboard.press('Escape');
      await panel.waitFor({ state: 'detached' });
    });
    const gateways = new Set(
      herd.servers.map((each) => `http://${formatAddress(herd.gateway(each))}`),
    );
    assert.deepEqual(
      [...page.strangers].filter((each) => !gateways.has(each)),
      [],
    );
    assert.deepEqual(page.faults, []);

    await t.test('a server that is killed and back is in the picture and in the log', async () => {
      processes.get('Campbell')?.signal('SIGKILL');
      const log = page.at.getByRole('list', { name: 'Drops and returns' });
      await log.getByText('Campbell cannot be reached').waitFor();
      await log.getByText(/^Campbell – Juzang is down/).waitFor();
      await page.at.getByText('4 of 5 servers reachable, 4 of 7 links up').waitFor();
      await page.at.locator('.graph-node.gone', { hasText: 'Campbell' }).waitFor();
      await page.at.locator('.graph-link.down').nth(2).waitFor();
      await herd.serve('Campbell');
      await log.getByText(/^Campbell is back, was gone \d+ (s|min)$/).waitFor();
      await page.at.getByText('5 of 5 servers reachable, 7 of 7 links up').waitFor();
      await log.getByText(/^Campbell – Juzang is up, was down \d+ (s|min)$/).waitFor();
      await page.at.locator('.graph-node.gone').waitFor({ state: 'detached' });
    });
  },
);

/** What the page shows of a report is what each server says of it. */
async function checkWay(herd: TestHerd, page: DashboardPage): Promise<void> {
  await report(herd.gateway('Riley'), 'kiwi');
  const way = page.at.getByRole('region', { name: 'The way of an update' });
  await way.getByText(/^Update 1 of Riley, /).waitFor();
  await way.getByRole('listitem').nth(4).waitFor();
  const steps = await way.getByRole('listitem').allTextContents();
  const [first = '', ...hops] = steps;
  assert.equal(first, 'Riley accepted it');
  assert.equal(await page.at.locator('.flood-way').count(), 4);
  const shown = hops.map((text) => {
    const [, to = '', from = ''] = /^(\w+) from (\w+)/.exec(text) ?? [];
    assert.ok(LINKS.has(`${from} ${to}`), text);
    return `${from} ${to}`;
  });
  assert.deepEqual(shown.toSorted(), (await newsOf(herd)).toSorted());
}

/** From whom Riley's first report came as news, by what each server says. */
async function newsOf(herd: TestHerd): Promise<string[]> {
  const news: string[] = [];
  for (const server of herd.servers) {
    const { json } = await ask(herd.gateway(server), { path: '/v1/server' });
    const record = serverSchema
      .parse(json)
      .arrivals.find((each) => each.server === 'Riley' && each.sequence === 1);
    for (const { neighbour, news: isNews } of record?.arrivals ?? []) {
      if (isNews) news.push(`${neighbour} ${server}`);
    }
  }
  return news;
}
