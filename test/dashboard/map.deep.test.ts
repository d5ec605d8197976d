import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { PNG } from 'pngjs';
import { formatAddress } from '#src/transport/address.js';
import type { MapOptions } from '#src/gateway/map/options.js';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestFolder } from '../support/folder.ts';
import { put } from '../support/http.ts';
import { listenOnLoopback, loopbackAddress } from '../support/loopback.ts';
import { OwnServer } from '../support/own-server.ts';
import { sharedBrowser, WITH_BROWSER, type DashboardPage } from './browser.ts';
import { HOSTILE, report } from './report.ts';
import { picture, townArchive } from './street-tiles.ts';

/* The map in a real browser: the street map that the configuration names, and who is near. */

const START = '#/map?at=34.07,-118.44,14';
/** A place of the page where nothing is above the map. */
const PLACE = [900, 150] as const;
const RED = [200, 40, 40] as const;

const browser = sharedBrowser();
const folder = await TestFolder.make();
after(() => folder[Symbol.asyncDispose]());
const archive = join(folder.path, 'town.pmtiles');
await writeFile(archive, townArchive(34.07, -118.44));

const server = await OwnServer.start({ gateway: { host: '127.0.0.1', port: 0 } });
after(() => server[Symbol.asyncDispose]());

/** What others serve maps with: it answers as a test wants it to. */
let answer: (path: string, response: ServerResponse) => void = () => undefined;
const asked: { path: string; headers: IncomingHttpHeaders }[] = [];
const others = createServer(({ url = '', headers }, response) => {
  asked.push({ path: url, headers });
  response.setHeader('access-control-allow-origin', '*');
  answer(url, response);
});
await listenOnLoopback(others);
after(() => {
  others.closeAllConnections();
  others.close();
});
const elsewhere = `http://${formatAddress(loopbackAddress(others))}`;

/** Opens the page with a map. */
async function openWith(
  map: Partial<MapOptions> & Pick<MapOptions, 'style'>,
): Promise<DashboardPage> {
  const nothing = { darkStyle: undefined, attribution: undefined, origins: [elsewhere] };
  server.reload({ map: { ...nothing, ...map } });
  const started = await browser();
  return started.open(server.gateway, { fragment: START });
}

/** Red, green and blue of so many pixels of the page, from a place to the right. */
async function coloursFrom({ at }: DashboardPage, x: number, y: number, width: number) {
  const { data } = PNG.sync.read(await at.screenshot({ clip: { x, y, width, height: 1 } }));
  return Array.from({ length: width }, (_, n) => [...data.subarray(4 * n, 4 * n + 3)]);
}

/** Waits until a place of the page has a colour of which something is true. */
function untilColour(
  page: DashboardPage,
  [x, y]: readonly [number, number],
  isIt: (colour: readonly number[]) => boolean,
): Promise<void> {
  return eventuallyTrue(`a colour at ${x}, ${y}`, async () => {
    const [colour = []] = await coloursFrom(page, x, y, 1);
    return isIt(colour);
  });
}

const isRed = ([red = 0, green = 0]: readonly number[]): boolean => red > 150 && green < 110;
/** Waits until houses and streets are drawn: many colours in a row, where the page's own map has one. */
async function untilStreets(page: DashboardPage): Promise<void> {
  await eventuallyTrue('streets', async () => {
    const row = await coloursFrom(page, 400, PLACE[1], 700);
    const colours = new Set(row.filter((_, n) => n % 24 === 0).map(String));
    return colours.size >= 3;
  });
}

test(
  'pictures of others are shown, and they learn no more than for whom',
  WITH_BROWSER,
  async () => {
    answer = (_, response) => response.setHeader('content-type', 'image/png').end(picture(...RED));
    const url = `${elsewhere}/{z}/{x}/{y}.png?key=a`;
    await using page = await openWith({ style: { type: 'raster', url }, attribution: '© us' });
    await page.at.getByText('© us').waitFor();
    await untilColour(page, PLACE, isRed);
    const [first = assert.fail('nothing was asked for')] = asked;
    assert.match(first.path, /^\/15\/\d+\/\d+\.png\?key=a$/);
    assert.equal(first.headers.referer, `http://${formatAddress(server.gateway)}/`);
    assert.equal(first.headers.authorization, undefined);
    assert.deepEqual(page.faults, []);
    assert.deepEqual([...page.strangers], [elsewhere]);

    answer = (_, response) => response.writeHead(503).end();
    await page.at.getByRole('button', { name: 'Show in dark colours' }).click();
    await page.at
      .getByText('The street map is not shown: it answers with HTTP status 503.')
      .waitFor();
    await page.at.getByText('Natural Earth').waitFor();
  },
);

test('an archive of tiles is shown, of a file that the gateway has', WITH_BROWSER, async () => {
  await using page = await openWith({ style: { type: 'file', path: archive } });
  await page.at.getByText('© Gridville').waitFor();
  await untilStreets(page);
  assert.deepEqual(page.faults, []);
  assert.deepEqual([...page.strangers], []);
});

test(
  'where a style cannot be used the page says why, and keeps its own map',
  WITH_BROWSER,
  async () => {
    answer = (_, response) => response.writeHead(404).end();
    await using page = await openWith({ style: { type: 'style', url: `${elsewhere}/style.json` } });
    await page.at.getByText('not shown: it answers with HTTP status 404.').waitFor();
    await page.at.getByText('Natural Earth').waitFor();
    const style = {
      version: 8,
      glyphs: 'https://glyphs.example.org/{fontstack}/{range}.pbf',
      sources: {
        pictures: {
          type: 'raster',
          tiles: ['tiles/{z}/{x}/{y}.png'],
          tileSize: 256,
          attribution: 'by <b>us</b>',
        },
      },
      layers: [{ id: 'pictures', type: 'raster', source: 'pictures' }],
    };
    answer = (path, response) => {
      if (path === '/style.json') response.end(JSON.stringify(style));
      else response.setHeader('content-type', 'image/png').end(picture(...RED));
    };
    await page.at.getByRole('button', { name: 'Try again' }).click();
    await page.at.getByText('by us').waitFor();
    await untilColour(page, PLACE, isRed);
    await page.at.getByRole('button', { name: 'Try again' }).waitFor({ state: 'detached' });

    const stranger = 'https://tiles.example.org';
    Object.assign(style.sources.pictures, { tiles: [`${stranger}/{z}/{x}/{y}.png`] });
    await page.at.reload();
    await page.at.getByText(`it loads from ${stranger}, which map.origins`).waitFor();
    assert.equal(page.strangers.has(stranger), false);
  },
);

test(
  'who is near a client or a point is listed by name, and a click selects',
  WITH_BROWSER,
  async () => {
    server.reload({ map: undefined });
    const { gateway } = server;
    await report(gateway, 'kiwi');
    await report(gateway, 'tracker-7', { latitude: 34.072 });
    await report(gateway, HOSTILE, { latitude: 34.1 });
    const card = { name: 'Anna', icon: 'bike' };
    assert.equal((await put(gateway, '/v1/clients/tracker-7/card', card)).status, 204);
    const started = await browser();
    await using page = await started.open(gateway, { fragment: '#/map/kiwi?at=34.07,-118.44,14' });
    const near = page.at.getByRole('region', { name: 'Who is near' });
    await page.at.getByRole('button', { name: 'Who is near', exact: true }).click();
    await near.getByRole('button', { name: 'Anna 222 m' }).waitFor();
    await near.getByRole('button', { name: `${HOSTILE} 3.3 km` }).waitFor();
    await near.getByRole('button', { name: '1 km', exact: true }).click();
    await near.getByRole('button', { name: HOSTILE }).waitFor({ state: 'detached' });
    assert.match(page.at.url(), /near=1000/);
    await report(gateway, 'tracker-7', { latitude: 34.073 });
    const anna = near.getByRole('button', { name: 'Anna 334 m' });
    await anna.hover();
    await anna.click();
    const panel = page.at.getByRole('complementary', { name: 'Anna' });
    await panel.getByText('tracker-7').waitFor();

    await panel.getByRole('button', { name: 'Close' }).click();
    await page.at.mouse.click(720, 330, { button: 'right' });
    await page.at.getByRole('heading', { name: 'Who is near here' }).waitFor();
    await near.getByRole('button', { name: /Anna/ }).waitFor();
    assert.deepEqual(await page.violations(), []);

    await page.at.getByRole('combobox').fill('ann');
    await page.at.getByRole('option', { name: 'Anna tracker-7' }).click();
    await panel.waitFor();
    assert.deepEqual(page.faults, []);
  },
);
