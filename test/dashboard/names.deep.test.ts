import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OwnServer } from '../support/own-server.ts';
import { sharedBrowser, WITH_BROWSER, type DashboardPage } from './browser.ts';
import { HOSTILE, report } from './report.ts';

/* Names of clients and geofences are other people's text, wherever they are shown. */

const browser = sharedBrowser();

/** Fails where a name became an element, or its script ran. */
async function assertText(page: DashboardPage): Promise<void> {
  assert.equal(await page.at.locator('img').count(), 0);
  assert.deepEqual(page.faults, []);
}

test('a name that is HTML stays text in every view', WITH_BROWSER, async () => {
  await using server = await OwnServer.start({ gateway: { host: '127.0.0.1', port: 0 } });
  await using page = await (await browser()).open(server.gateway, { fragment: '#/people' });
  page.at.on('dialog', (dialog) => page.faults.push(`a script ran: ${dialog.message()}`));
  await page.at.getByText('Nobody has reported yet').waitFor();
  await report(server.gateway, HOSTILE);
  await page.at.getByRole('rowheader', { name: HOSTILE }).waitFor();
  await assertText(page);

  await page.at.getByRole('link', { name: 'Map' }).click();
  await page.at.locator('.maplibregl-canvas').waitFor();
  await page.at.getByRole('combobox').fill('onerror');
  await page.at.getByRole('option', { name: HOSTILE }).click();
  const panel = page.at.getByRole('complementary', { name: HOSTILE });
  await panel.getByRole('heading', { name: HOSTILE }).waitFor();
  await panel.getByText('34.070000, -118.440000').waitFor();
  await panel.getByText('63%').waitFor();
  const link = decodeURIComponent(new URL(page.at.url()).hash);
  assert.ok(link.startsWith(`#/map/${HOSTILE}`), link);
  await page.at.getByText('1 client', { exact: true }).waitFor();
  await assertText(page);
});
