import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { AxeResults } from 'axe-core';
import type { Address } from '#src/transport/address.js';
import { TestHerd } from '../support/herd.ts';
import { put } from '../support/http.ts';
import { runCli } from '../support/process.ts';
import { SIZES, TestBrowser, THEMES, WITH_BROWSER, type DashboardPage } from './browser.ts';

/* The dashboard in a real browser, from real servers. */

const HOSTILE = '<img/src=x/onerror=alert(1)>';
const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const VIEWS = ['map/kiwi', 'map?panel=geofences', 'herd', 'people'];

async function report(
  gateway: Address,
  client: string,
  token?: string,
  latitude = 34.07,
): Promise<void> {
  const location = { latitude, longitude: -118.44, accuracyM: 12, batteryPercent: 63 };
  const path = `/v1/clients/${encodeURIComponent(client)}/location`;
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  assert.equal((await put(gateway, path, location, headers)).status, 204);
}

/** Runs axe-core in the page. Evaluated, since the page's own policy lets no other script in. */
async function violationsIn(page: DashboardPage): Promise<string[]> {
  await page.at.evaluate(await readFile(AXE, 'utf8'));
  const { violations } = await page.at.evaluate<AxeResults>('axe.run()');
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

test('the page shows the herd and its clients, and every name is text', WITH_BROWSER, async () => {
  await using herd = await TestHerd.make({
    servers: ['Riley', 'Jaquez'],
    links: [['Riley', 'Jaquez']],
    hasGateways: true,
  });
  const processes = await herd.serveAll();
  await using browser = await TestBrowser.start();
  await using page = await browser.open(herd.gateway('Riley'), { fragment: '#/people' });
  await page.at.getByText('Nobody has reported yet').waitFor();
  await report(herd.gateway('Jaquez'), HOSTILE);
  await page.at.getByRole('rowheader', { name: HOSTILE }).waitFor();
  assert.equal(await page.at.locator('img').count(), 0);

  await page.at.getByRole('link', { name: 'Map' }).click();
  await page.at.locator('.maplibregl-canvas').waitFor();
  await page.at.getByRole('combobox').fill('onerror');
  await page.at.getByRole('option', { name: HOSTILE }).click();
  const panel = page.at.getByRole('complementary', { name: HOSTILE });
  await panel.getByRole('heading', { name: HOSTILE }).waitFor();
  await panel.getByText('34.070000, -118.440000').waitFor();
  await panel.getByText('63%').waitFor();
  assert.equal(await page.at.locator('img').count(), 0);
  const link = decodeURIComponent(new URL(page.at.url()).hash);
  assert.ok(link.startsWith(`#/map/${HOSTILE}`), link);
  await page.at.getByText('1 client', { exact: true }).waitFor();
  await page.at.getByText('live', { exact: true }).waitFor();

  await page.at.getByRole('link', { name: 'Herd', exact: true }).click();
  await page.at.getByRole('rowheader', { name: 'Jaquez' }).waitFor();
  assert.deepEqual(page.faults, []);
  assert.deepEqual([...page.strangers], [], 'it asks no other server');

  // Its own server goes: it goes on at the other, and says who is gone.
  await processes.get('Riley')?.stop();
  await page.at.getByText(/^Riley cannot be reached, last heard/).waitFor();
  await page.at.getByText('live', { exact: true }).waitFor();
  await report(herd.gateway('Jaquez'), 'emu');
  await page.at.getByRole('link', { name: 'People' }).click();
  await page.at.getByRole('rowheader', { name: 'emu' }).waitFor();
  await herd.serve('Riley');
  await page.at.getByText(/^Riley is back after/).waitFor();
});

test('where the herd asks for tokens the page asks its user', WITH_BROWSER, async () => {
  await using herd = await TestHerd.make({
    servers: ['Riley'],
    hasGateways: true,
    access: { file: './access.yaml', clients: 'never', gateway: 'always' },
  });
  const make = ['token', 'create', '--name', 'me', '--read', '*', '--client', '*'];
  const { stdout } = await runCli([...make, '--config', herd.configFile]);
  const token = stdout.trim();
  await herd.serveAll();
  await report(herd.gateway('Riley'), 'kiwi', token);
  await using browser = await TestBrowser.start();
  await using page = await browser.open(herd.gateway('Riley'), { fragment: '#/people' });
  const field = page.at.getByLabel('Token');
  await field.fill('ph_wrong');
  await page.at.getByRole('button', { name: 'Sign in' }).click();
  await page.at.getByText(/does not take this token/).waitFor();
  assert.deepEqual(await violationsIn(page), []);
  await field.fill(token);
  await page.at.getByRole('button', { name: 'Sign in' }).click();
  await page.at.getByRole('rowheader', { name: 'kiwi' }).waitFor();
  await page.at.reload();
  await page.at.getByRole('rowheader', { name: 'kiwi' }).waitFor();
  assert.equal(page.at.url().includes(token), false);
});

test('a geofence is drawn, entered, left and removed', WITH_BROWSER, async () => {
  await using herd = await TestHerd.make({ servers: ['Riley'], hasGateways: true });
  await herd.serveAll();
  const gateway = herd.gateway('Riley');
  await report(gateway, 'kiwi');
  await using browser = await TestBrowser.start();
  const fragment = '#/map?panel=geofences&at=34.07,-118.44,12';
  await using page = await browser.open(gateway, { fragment });
  await page.at.getByRole('button', { name: 'Draw an area' }).click();
  const { width, height } = SIZES.desktop;
  const save = page.at.getByRole('button', { name: 'Save' });
  for (const [x, y] of [
    [-200, -100],
    [0, -150],
    [100, 100],
    [-150, 120],
  ] as const) {
    assert.equal(await save.isEnabled(), false);
    await page.at.mouse.click(width / 2 + x, height / 2 + y);
  }
  await page.at.getByLabel('Name').fill(HOSTILE);
  await save.click();
  await page.at.getByText(`The herd knows ${HOSTILE} now`).waitFor();
  await page.at.getByRole('button', { name: `${HOSTILE} 4 corners` }).waitFor();

  await page.at.goto(new URL('#/map/kiwi?at=34.07,-118.44,12', page.at.url()).href);
  const panel = page.at.getByRole('complementary', { name: 'kiwi' });
  await report(gateway, 'kiwi');
  await panel.getByText(HOSTILE).waitFor();
  await report(gateway, 'kiwi', undefined, 35);
  await panel.getByText('35.000000, -118.440000').waitFor();
  assert.equal(await panel.getByText(HOSTILE).count(), 0);

  await page.at.getByRole('button', { name: 'Geofences' }).click();
  await page.at.getByRole('button', { name: `${HOSTILE} 4 corners` }).click();
  await page.at.getByRole('button', { name: `Remove ${HOSTILE}` }).click();
  await page.at.getByText('There is none yet').waitFor();
  assert.deepEqual(page.faults, []);
});

test('axe-core finds nothing in any view, theme and size', WITH_BROWSER, async () => {
  await using herd = await TestHerd.make({ servers: ['Riley'], hasGateways: true });
  await herd.serveAll();
  const gateway = herd.gateway('Riley');
  for (const client of ['kiwi', HOSTILE]) await report(gateway, client);
  await using browser = await TestBrowser.start();
  for (const size of Object.keys(SIZES) as (keyof typeof SIZES)[]) {
    for (const theme of THEMES) {
      await using page = await browser.open(gateway, { size, theme });
      await page.at.getByText('live', { exact: true }).waitFor();
      for (const view of VIEWS) {
        await page.at.goto(new URL(`#/${view}`, page.at.url()).href);
        await page.at.locator('.frame-view > *').first().waitFor();
        assert.deepEqual(await violationsIn(page), [], `${view}, ${theme}, ${size}`);
      }
      assert.deepEqual(page.faults, []);
    }
  }
});
