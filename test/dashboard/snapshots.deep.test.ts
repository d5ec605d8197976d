import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DIAGRAM, TestHerd } from '../support/herd.ts';
import { put } from '../support/http.ts';
import { LOOKS, sharedBrowser, WITH_BROWSER, type DashboardPage } from './browser.ts';
import { HOSTILE, report } from './report.ts';
import { differenceOf, matchSnapshot, MOST_IN_WINDOW, take } from './snapshots.ts';
import { show, VIEWS } from './views.ts';
import { untilHerdKnown } from './whole-herd.ts';

/* How each view looks. `npm run test:deep -- dashboard/snapshots --update-snapshots` takes the pictures anew. */

/** The page's time, before that of any server: all ages are then the same each time. */
const NOW = new Date('2026-01-01T12:00:00Z');

/** What is never the same twice. */
const CHANGING = ['.status-numbers'];

const browser = sharedBrowser();
let herd: TestHerd;
before(async () => {
  herd = await TestHerd.make({ ...DIAGRAM, hasGateways: true });
  await herd.serveAll();
  await untilHerdKnown(herd, 'Riley');
  const gateway = herd.gateway('Riley');
  const clients = ['kiwi', HOSTILE, 'emu', 'moa', 'cassowary', 'ostrich', 'rhea', 'שלום'];
  for (const [n, client] of clients.entries()) {
    const ageMs = 4000 * 7 ** (n % 6);
    const time = new Date(NOW.getTime() - ageMs).toISOString();
    const where = { latitude: 34.07 + 0.02 * Math.sin(n), longitude: -118.44 + 0.04 * Math.cos(n) };
    await report(gateway, client, { ...where, time, batteryPercent: 11 * n, courseDeg: 40 * n });
  }
  const shape = { type: 'circle', latitude: 34.07, longitude: -118.44, radiusM: 1500 };
  assert.equal((await put(gateway, '/v1/geofences/yard', { shape })).status, 204);
});
after(() => herd[Symbol.asyncDispose]());

const MAP = VIEWS.find(({ name }) => name === 'map-client') ?? assert.fail();

/** Opens the page at the map: names stay where there was room for them first, so it has to show nothing else before. */
async function openMap(look: (typeof LOOKS)[number]): Promise<DashboardPage> {
  const options = { ...look, now: NOW, fragment: MAP.fragment };
  const page = await (await browser()).open(herd.gateway('Riley'), options);
  await page.at.locator(MAP.ready).first().waitFor();
  await page.untilLive();
  return page;
}

/** Each size and each theme once: the others take as long, and would show the same faults. */
const TAKEN = LOOKS.filter(({ size, theme }) => (size === 'desktop') === (theme === 'light'));

for (const look of TAKEN) {
  test(`each view looks as it did, ${look.size}, ${look.theme}`, WITH_BROWSER, async () => {
    await using page = await openMap(look);
    for (const view of VIEWS) {
      await show(page, view);
      const name = `${view.name}-${look.size}-${look.theme}`;
      await matchSnapshot(page, name, [...CHANGING, ...(view.changing ?? [])]);
    }
  });
}

test(
  'a panel that is missing is another picture, other antialiasing is not',
  WITH_BROWSER,
  async () => {
    for (const look of TAKEN) {
      await using page = await openMap(look);
      await matchSnapshot(page, `${MAP.name}-${look.size}-${look.theme}`, CHANGING);
      const whole = await take(page, CHANGING);
      const differAfter = async (change: string): Promise<number> => {
        await page.at.evaluate(change);
        return differenceOf(await take(page, CHANGING), whole).count;
      };
      const move = `document.querySelector('.panel').style.translate = '0.4px 0.4px'`;
      const moved = await differAfter(move);
      assert.ok(moved <= MOST_IN_WINDOW, `antialiasing: ${moved}`);
      const hidden = await differAfter(`document.querySelector('.panel').style.display = 'none'`);
      assert.ok(hidden > 2 * MOST_IN_WINDOW, `no panel: ${hidden}`);
    }
  },
);
