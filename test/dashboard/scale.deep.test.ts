import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { exchange } from '../support/client.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { sharedBrowser, WITH_BROWSER } from './browser.ts';
import { clientsIn } from './page-state.ts';
import { report } from './report.ts';

/* More clients than a page follows one by one: those in view, or how many are where. */

const browser = sharedBrowser();

/** Where the clients are: more in Paris than are followed, fewer at the 180th meridian. */
const CROWDS = [
  { name: 'paris', latitude: 48.85, longitude: 2.35, clients: 27_000 },
  { name: 'lyon', latitude: 45.76, longitude: 4.83, clients: 18_000 },
  { name: 'taveuni', latitude: -16.9, longitude: 180, clients: 600 },
] as const;

/** A report of each, all within some 30 km. */
function reports(): string {
  const time = (Date.now() / 1000).toFixed(3);
  const lines = CROWDS.flatMap(({ name, latitude, longitude, clients }) =>
    Array.from({ length: clients }, (_, n) => {
      const [north, east] = [(n % 200) - 100, (Math.floor(n / 200) % 200) - (n % 2) * 100];
      const beyond = longitude + east / 1000;
      const position = [latitude + north / 1000, beyond > 180 ? beyond - 360 : beyond];
      return `IAMAT ${name}-${n} ${position.map(signed).join('')} ${time}\n`;
    }),
  );
  return lines.join('');
}

function signed(degrees: number): string {
  return `${degrees < 0 ? '-' : '+'}${Math.abs(degrees).toFixed(6)}`;
}

test(
  'a page follows who is in view, and is told how many are where they are too many',
  WITH_BROWSER,
  async () => {
    await using herd = await TestHerd.make({ servers: ['Riley'], hasGateways: true });
    await herd.serveAll();
    const gateway = herd.gateway('Riley');
    await exchange(herd.clients('Riley'), reports());
    const fragment = '#/map/paris-7?at=-16.9,180,9';
    await using page = await (await browser()).open(gateway, { fragment });
    const has = async (...crowds: string[]): Promise<boolean> => {
      const names = [...(await clientsIn(page)).keys()];
      return isDeepStrictEqual(new Set(names.map((name) => name.split('-')[0])), new Set(crowds));
    };

    await eventuallyTrue('both sides of the meridian, and who is selected', () =>
      has('paris', 'taveuni'),
    );
    await page.untilLive();
    await eventuallyTrue('all of them', async () => (await clientsIn(page)).size === 601);
    const panel = page.at.getByRole('complementary', { name: 'paris-7' });
    await panel.getByText('48.757000, 2.250000').waitFor();
    await report(gateway, 'taveuni-new', { latitude: -16.9, longitude: 179.99 });
    await report(gateway, 'paris-7', { latitude: 48.9, longitude: 2.4 });
    await panel.getByText('48.900000, 2.400000').waitFor();
    await eventuallyTrue('what is new in view', async () =>
      (await clientsIn(page)).has('taveuni-new'),
    );

    await panel.getByRole('button', { name: 'Close' }).click();
    await eventuallyTrue('nobody who is elsewhere', () => has('taveuni'));

    await page.show('#/people');
    await page.at.getByRole('heading', { name: 'People' }).waitFor(); // the map is made anew
    await page.show('#/map?at=48.85,2.35,8');
    await page.at.getByText('Counted by the herd').waitFor();
    await eventuallyTrue('nobody, for they are too many', () => has());
    await page.untilLive();

    await page.at.getByRole('combobox').fill('PARIS-26999'.toLowerCase());
    await page.at.getByRole('option', { name: 'paris-26999' }).click();
    await page.at.getByRole('complementary', { name: 'paris-26999' }).waitFor();
    await eventuallyTrue('those around who was found', async () => {
      const held = await clientsIn(page);
      return held.size > 8000 && held.size < 20_000 && held.has('paris-26999');
    });

    // Those of before and those in view together would be too many.
    await page.show('#/people');
    await page.at.getByRole('heading', { name: 'People' }).waitFor();
    await page.show('#/map?at=45.76,4.83,10');
    await eventuallyTrue('those in view', async () => {
      return (await has('lyon')) && (await clientsIn(page)).size === 18_000;
    });
    assert.deepEqual(page.faults, []);
  },
);

/** From where to where something is drawn above the dots, in pixels from the middle of the map. Runs in the page. */
const DRAWN_COLUMNS = `(() => {
  const canvas = document.querySelector('.map-overlay');
  const { width, height } = canvas;
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
  const columns = [];
  data.forEach((value, at) => {
    if (at % 4 === 3 && value > 0) columns.push(((at - 3) / 4) % width - width / 2);
  });
  return columns.reduce(([from, to], x) => [Math.min(from, x), Math.max(to, x)], [0, 0]);
})()`;

test(
  'a trail over the 180th meridian, and a circle on it, have no line around the world',
  WITH_BROWSER,
  async () => {
    await using herd = await TestHerd.make({ servers: ['Riley'], hasGateways: true });
    await herd.serveAll();
    const gateway = herd.gateway('Riley');
    const at = (longitude: number) =>
      report(gateway, 'ferry', { latitude: -16.9, longitude, accuracyM: 3000 });
    await at(179.95);
    const fragment = '#/map/ferry?at=-16.9,180,9';
    await using page = await (await browser()).open(gateway, { fragment });
    const panel = page.at.getByRole('complementary', { name: 'ferry' });
    await panel.getByText('-16.900000, 179.950000').waitFor();
    for (const longitude of [179.99, -179.98, -179.94]) {
      await at(longitude);
      await panel.getByText(`-16.900000, ${longitude.toFixed(6)}`).waitFor();
    }
    // A degree is 728 pixels: the trail begins 36 to the left, and the circle ends 61 to the right of the middle, and a label.
    await eventuallyTrue('the trail', async () => {
      const [from = 0, to = 0] = await page.at.evaluate<number[]>(DRAWN_COLUMNS);
      return from < -30 && from > -60 && to > 50 && to < 150;
    });
    assert.deepEqual(page.faults, []);
  },
);
