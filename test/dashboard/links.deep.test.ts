import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OwnServer } from '../support/own-server.ts';
import { sharedBrowser, WITH_BROWSER } from './browser.ts';
import { report } from './report.ts';

/* The URL says what is shown. */

const browser = sharedBrowser();

test('a link that is followed while a view changes the URL is not lost', WITH_BROWSER, async () => {
  await using server = await OwnServer.start({ gateway: { host: '127.0.0.1', port: 0 } });
  await report(server.gateway, 'kiwi');
  await using page = await (await browser()).open(server.gateway);
  await page.untilLive();
  await page.at.getByRole('button', { name: 'Geofences' }).waitFor();
  // The browser tells of the new fragment only after this.
  await page.at.evaluate(`
    location.hash = '#/map/kiwi';
    document.querySelector('button[aria-label="Geofences"]').click();
  `);
  const link = new URL(page.at.url()).hash;
  assert.match(link, /^#\/map\/kiwi\?.*panel=geofences/);
});
