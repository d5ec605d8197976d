import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OwnServer } from '../support/own-server.ts';
import { sharedBrowser, SIZES, WITH_BROWSER, type DashboardPage } from './browser.ts';
import { HOSTILE, report } from './report.ts';

/* Geofences, drawn by hand. */

const browser = sharedBrowser();

/** Clicks corners around the middle of the map, by their distance from it in pixels. */
async function clickCorners(page: DashboardPage, corners: readonly (readonly number[])[]) {
  const { width, height } = SIZES.desktop;
  const save = page.at.getByRole('button', { name: 'Save' });
  for (const [x = 0, y = 0] of corners) {
    assert.equal(await save.isEnabled(), false);
    await page.at.mouse.click(width / 2 + x, height / 2 + y);
  }
}

test('a geofence is drawn, entered, left and removed', WITH_BROWSER, async () => {
  await using server = await OwnServer.start({ gateway: { host: '127.0.0.1', port: 0 } });
  const { gateway } = server;
  await report(gateway, 'kiwi');
  const fragment = '#/map?panel=geofences&at=34.07,-118.44,12';
  await using page = await (await browser()).open(gateway, { fragment });
  await page.at.locator('.maplibregl-canvas').waitFor(); // else nothing takes the clicks
  await page.at.getByRole('button', { name: 'Draw an area' }).click();
  const corners = [
    [-200, -100],
    [0, -150],
    [100, 100],
    [-150, 120],
  ];
  await clickCorners(page, corners);
  await page.at.getByLabel('Name').fill(HOSTILE);
  await page.at.getByRole('button', { name: 'Save' }).click();
  await page.at.getByText(`The herd knows \u2068${HOSTILE}\u2069 now`).waitFor();
  const panel = page.at.getByRole('complementary', { name: 'Geofences' });
  const drawn = panel.getByRole('button', { name: `${HOSTILE} 4 corners` });
  await drawn.waitFor();

  // The panel says who comes and goes.
  await panel.getByText('Nobody, since this panel was opened').waitFor();
  await report(gateway, 'kiwi');
  await panel.getByText(`kiwi entered ${HOSTILE}`).waitFor();
  await panel.getByText('inside: kiwi', { exact: true }).waitFor();
  await report(gateway, 'kiwi', { latitude: 35 });
  await panel.getByText(`kiwi left ${HOSTILE}`).waitFor();
  await panel.getByText('inside: kiwi').waitFor({ state: 'detached' });

  // So does the client's own.
  await panel.getByRole('link', { name: 'kiwi' }).first().click();
  const client = page.at.getByRole('complementary', { name: 'kiwi' });
  await client.getByText('35.000000, -118.440000').waitFor();
  await client.getByText(HOSTILE).waitFor({ state: 'detached' });
  await report(gateway, 'kiwi');
  await client.getByText(HOSTILE).waitFor();

  await page.at.getByRole('button', { name: 'Geofences' }).click();
  await drawn.click();
  await page.at.getByRole('button', { name: `Remove ${HOSTILE}` }).click();
  await page.at.getByText('There is none yet').waitFor();
  assert.deepEqual(page.faults, []);
});
