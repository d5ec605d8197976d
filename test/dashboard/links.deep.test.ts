import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { OwnServer } from '../support/own-server.ts';
import { sharedBrowser, WITH_BROWSER } from './browser.ts';
import { report } from './report.ts';

/* The URL says what is shown. */

const browser = sharedBrowser();
let server: OwnServer;
before(async () => {
  server = await OwnServer.start({ gateway: { host: '127.0.0.1', port: 0 } });
  await report(server.gateway, 'kiwi');
});
after(() => server[Symbol.asyncDispose]());

test('a link that is followed while a view changes the URL is not lost', WITH_BROWSER, async () => {
  await using page = await (await browser()).open(server.gateway);
  await page.untilLive();
  await page.at.getByRole('button', { name: 'Geofences' }).waitFor();
  // The browser tells of the new fragment only after this.
  await page.at.evaluate(`
    location.hash = '#/map/kiwi';
    document.querySelector('button[aria-label="Geofences"]').click();
  `);
  const link = await page.at.evaluate<string>('location.hash');
  assert.match(link, /^#\/map\/kiwi\?.*panel=geofences/);
});

test('a view that is left does not write into the URL of the next', WITH_BROWSER, async () => {
  await using page = await (await browser()).open(server.gateway);
  await page.untilLive();
  await page.at.getByRole('button', { name: 'Geofences' }).waitFor();
  await page.at.evaluate(`
    location.hash = '#/people';
    document.querySelector('button[aria-label="Geofences"]').click();
  `);
  await page.at.getByRole('rowheader', { name: 'kiwi' }).waitFor();
  assert.equal(new URL(page.at.url()).hash, '#/people');
});

test('a link that is followed in an open page moves the map', WITH_BROWSER, async () => {
  await using page = await (await browser()).open(server.gateway);
  await page.untilLive();
  const zoomIn = page.at.getByRole('button', { name: 'Zoom in' });
  await zoomIn.waitFor();
  await page.show('#/map?at=10,20,5');
  await zoomIn.click();
  await page.at.waitForURL(/at=10\.0+,20\.0+,6\.0/);
});

test(
  'a link that is followed before the clients have arrived is not lost',
  WITH_BROWSER,
  async () => {
    await using page = await (await browser()).open(server.gateway, { fragment: '#/herd' });
    await page.untilLive();
    let letEventsIn = (): void => undefined;
    const isFollowed = new Promise<void>((resolve) => (letEventsIn = resolve));
    await page.at.route(/\/v1\/events/, async (request) => {
      await isFollowed;
      await request.continue();
    });
    await page.show('#/map');
    await page.at.reload();
    const zoomIn = page.at.getByRole('button', { name: 'Zoom in', disabled: false });
    await zoomIn.waitFor();
    await page.show('#/map?at=10,20,5');
    letEventsIn();
    await page.untilLive();
    await zoomIn.click();
    await page.at.waitForURL(/at=10\.0+,20\.0+,6\.0/);
  },
);

test(
  'a map that moves just when a link is followed goes where that leads',
  WITH_BROWSER,
  async () => {
    await using page = await (await browser()).open(server.gateway);
    await page.untilLive();
    await page.at.locator('button[aria-label="Zoom in"]:enabled').waitFor();
    // The browser tells of the new fragment only after this.
    await page.at.evaluate(`
    location.hash = '#/map?at=10,20,5';
    document.querySelector('button[aria-label="Zoom in"]').click();
  `);
    await page.at.waitForURL(/at=10\.00,20\.00,5\.0/);
  },
);
