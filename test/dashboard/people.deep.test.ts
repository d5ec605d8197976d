import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Address } from '#src/transport/address.js';
import { formatAddress } from '#src/transport/address.js';
import { TestHerd } from '../support/herd.ts';
import { ask, put, type HttpReply } from '../support/http.ts';
import { OwnServer } from '../support/own-server.ts';
import { runCli } from '../support/process.ts';
import { sharedBrowser, WITH_BROWSER, type DashboardPage } from './browser.ts';
import { HOSTILE, report } from './report.ts';

/* Phones that are added, clients that get a name, and links that show one of them. */

const browser = sharedBrowser();

/** What OwnTracks takes from the link that the page shows. */
interface OwnTracksConfiguration {
  readonly url: string;
  readonly auth: boolean;
  readonly username: string;
  readonly password?: string;
}

/** Reads the link as the app does. */
async function configurationIn(page: DashboardPage): Promise<OwnTracksConfiguration> {
  const link = await page.at.getByLabel('the link', { exact: true }).textContent();
  const inline = new URL(link ?? '').searchParams.get('inline') ?? '';
  return JSON.parse(Buffer.from(inline, 'base64').toString()) as OwnTracksConfiguration;
}

/** Sends what OwnTracks would, once it is set up. */
function send(
  gateway: Address,
  { url, auth, username, password }: OwnTracksConfiguration,
  message: object,
): Promise<HttpReply> {
  const { pathname, search, origin } = new URL(url);
  assert.equal(origin, `http://${formatAddress(gateway)}`);
  const basic = Buffer.from(`${username}:${password}`).toString('base64');
  const headers = {
    'content-type': 'application/json',
    'x-limit-u': username,
    'x-limit-d': 'phone',
    ...(auth ? { authorization: `Basic ${basic}` } : {}),
  };
  const body = JSON.stringify({ tid: 'an', ...message });
  return ask(gateway, { method: 'POST', path: pathname + search, headers, body });
}

/** A PNG of one pixel. */
const RED_DOT = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const LOCATION = { _type: 'location', lat: 34.07, lon: -118.44, acc: 7, batt: 8 };

test('a newcomer gets a phone onto the map, and gives it a name', WITH_BROWSER, async () => {
  await using server = await OwnServer.start({ gateway: { host: '127.0.0.1', port: 0 } });
  await using page = await (await browser()).open(server.gateway, { fragment: '#/people' });
  const { at } = page;
  await at.getByRole('button', { name: 'Add a phone' }).click();
  await at.getByLabel('Whose phone is it?').fill('Anna B.');
  await at.getByRole('button', { name: 'Show how' }).click();
  await at.getByAltText('The code to scan').waitFor();
  await at.getByText('No phone reaches this yet').waitFor();
  const configuration = await configurationIn(page);
  assert.equal(configuration.auth, false);

  const { gateway } = server;
  assert.equal((await send(gateway, configuration, { _type: 'status' })).status, 200);
  await at.getByText(/other-message: it is not a location: have the app report/).waitFor();
  assert.equal((await send(gateway, configuration, LOCATION)).status, 200);
  await at.getByText(/The phone was heard/).waitFor();
  await at.getByText('by Riley, from owntracks · ±7 m · battery 8%').waitFor();
  await at.getByRole('link', { name: 'See it on the map' }).click();
  await at.getByRole('complementary').getByText('34.070000, -118.440000').waitFor();
  assert.equal(new URL(at.url()).hash.split('?')[0], '#/map/anna-b');

  await page.show('#/people/anna-b');
  const row = at.getByRole('row', { name: 'Anna B.' });
  await row.getByText('8% low').waitFor();
  await at.getByLabel('Name', { exact: true }).fill(HOSTILE);
  await at.getByRole('button', { name: 'bike' }).click();
  await at.getByRole('button', { name: 'Save' }).click();
  await at.getByRole('heading', { name: HOSTILE }).waitFor();
  await at.getByRole('rowheader', { name: HOSTILE }).waitFor();
  const { json } = await ask(gateway, { path: '/v1/clients/anna-b/card' });
  assert.deepEqual(json, { name: HOSTILE, icon: 'bike' });
  assert.equal(await at.locator('img').count(), 0, 'a name became an element');

  const file = at.getByLabel('Choose a picture');
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  await file.setInputFiles({ name: 'a.svg', mimeType: 'image/svg+xml', buffer: svg });
  await at.getByText(/^This file is no picture that the browser can read/).waitFor();
  await file.setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: RED_DOT });
  await at.getByAltText('The picture').waitFor();
  await at.getByRole('button', { name: 'Save' }).click();
  const named = at.getByRole('row', { name: HOSTILE });
  await named.locator('img').waitFor();
  const saved = await ask(gateway, { path: '/v1/clients/anna-b/card' });
  const { face } = saved.json as { face: string };
  assert.ok(face.startsWith('/9j/'), 'it was drawn anew, as JPEG');
  await at.getByRole('button', { name: 'No picture' }).click();
  await at.getByRole('button', { name: 'Save' }).click();
  await named.locator('img').waitFor({ state: 'detached' });

  await at.getByText('Remove', { exact: true }).click();
  await at.getByRole('button', { name: 'Remove …' }).click();
  await at.getByRole('button', { name: 'Remove', exact: true }).click();
  await at.getByText('Nobody has reported yet').waitFor();
  assert.equal((await ask(gateway, { path: '/v1/clients/anna-b' })).status, 404);
  assert.deepEqual(page.faults, []);
});

test(
  'clients are found by name, by ID and by group, also where they are too many for a list',
  WITH_BROWSER,
  async () => {
    await using herd = await TestHerd.make({
      servers: ['Riley'],
      hasGateways: true,
      access: { file: './access.yaml', clients: 'never', gateway: 'beyond-loopback' },
    });
    await runCli(['group', 'set', 'vans', 'van-1*', '--config', herd.configFile]);
    await herd.serveAll();
    const gateway = herd.gateway('Riley');
    for (let n = 0; n < 130; n++) await report(gateway, `van-${n}`);
    await put(gateway, '/v1/clients/van-7/card', { name: 'Öykü’s van' });
    await using page = await (await browser()).open(gateway, { fragment: '#/people' });
    const { at } = page;
    await at.getByText('30 more clients: find them by name').waitFor();
    assert.equal(await at.locator('tbody tr').count(), 100);
    await at.getByRole('button', { name: 'Show 30 more' }).click();
    await at.locator('tbody tr').nth(129).waitFor();
    await at.getByRole('searchbox').fill('öykü');
    await at.getByText('1 of 130 clients').waitFor();
    await at.getByRole('rowheader', { name: 'Öykü’s van van-7' }).waitFor();
    await at.getByRole('searchbox').fill('');
    await at.getByLabel('Group').selectOption('vans');
    await at.getByText('41 of 130 clients').waitFor();
    await at.getByRole('button', { name: 'battery' }).click();
    await at.getByRole('columnheader', { name: 'battery' }).getByText('↓').waitFor();
    const link = new URL(at.url()).hash;
    assert.ok(link.includes('group=vans') && link.includes('sort=battery'), link);
    await at.getByRole('link', { name: 'van-11', exact: true }).click();
    await at.getByText('Share', { exact: true }).click();
    await at.getByLabel('It shows').selectOption('vans');
    await at.getByText('token share --group vans --expires 2h --link').waitFor();

    const body = Array.from({ length: 5000 }, (_, n) => {
      return `${JSON.stringify({ client: `car-${n}`, latitude: 1, longitude: 2 })}\n`;
    }).join('');
    const headers = { 'content-type': 'application/x-ndjson' };
    await ask(gateway, { method: 'POST', path: '/v1/locations', headers, body });
    await page.show('#/people');
    await at.getByText('More than 5,000 clients').waitFor();
    await at.getByRole('searchbox').fill('r-4998');
    await at.getByRole('rowheader', { name: 'car-4998' }).waitFor();
    assert.equal(await at.locator('tbody tr').count(), 1);
    assert.deepEqual(page.faults, []);
  },
);

test(
  'where the herd has tokens the page says how a phone gets one, and a link shows one client',
  WITH_BROWSER,
  async () => {
    await using herd = await TestHerd.make({
      servers: ['Riley'],
      hasGateways: true,
      access: { file: './access.yaml', clients: 'never', gateway: 'always' },
    });
    const run = async (...args: string[]): Promise<string> => {
      const { stdout } = await runCli([...args, '--config', herd.configFile]);
      return stdout.trim();
    };
    const mine = await run(
      'token',
      'create',
      '--operate',
      '--read',
      '*',
      '--client',
      'ben',
      '--name',
      'me',
    );
    const phone = await run('token', 'create', '--client', 'anna', '--name', 'anna-phone');
    const link = await run(
      'token',
      'share',
      'anna',
      '--expires',
      '2h',
      '--link',
      '--name',
      'dinner',
    );
    await herd.serveAll();
    const gateway = herd.gateway('Riley');
    await report(gateway, 'ben', {}, mine);

    {
      await using page = await (await browser()).open(gateway, { fragment: '#/people?add=phone' });
      const { at } = page;
      await at.getByLabel('Token').fill(mine);
      await at.getByRole('button', { name: 'Sign in' }).click();
      await at.getByLabel('Whose phone is it?').fill('Anna');
      await at.getByText('npx proxy-herd token create --client anna --name anna-phone').waitFor();
      await at.getByLabel('Its token').fill(phone);
      await at.getByRole('button', { name: 'Show how' }).click();
      const configuration = await configurationIn(page);
      const wrong = { ...configuration, password: 'ph_00112233445566778899aabbccddeeff' };
      assert.equal((await send(gateway, wrong, LOCATION)).status, 401);
      await at.getByText(/unauthorized: its token is not valid/).waitFor();
      assert.equal((await send(gateway, configuration, LOCATION)).status, 200);
      await at.getByText(/The phone was heard/).waitFor();
      await page.show('#/people/anna');
      await at.getByText('Share', { exact: true }).click();
      await at.getByText('npx proxy-herd token share anna --expires 2h --link').waitFor();
      assert.equal(await at.getByLabel('Name', { exact: true }).count(), 0, 'it may not name her');
      assert.deepEqual(await page.violations(), []);
    }

    const { origin, hash } = new URL(link);
    assert.equal(origin, `http://${formatAddress(gateway)}`);
    await using page = await (await browser()).open(gateway, { fragment: hash });
    const { at } = page;
    await at
      .getByRole('complementary', { name: 'anna' })
      .getByText('34.070000, -118.440000')
      .waitFor();
    await at.getByText(/shared with you until \d/).waitFor();
    assert.ok(!at.url().includes('ph_'), at.url());
    await page.show('#/people');
    await at.getByText('1 client', { exact: true }).waitFor();
    assert.equal(await at.getByRole('rowheader', { name: 'anna' }).count(), 1);
    assert.equal(await at.getByRole('button', { name: 'Add a phone' }).count(), 0);
    await at.reload();
    await at.getByRole('rowheader', { name: 'anna' }).waitFor();
    await run('token', 'revoke', 'dinner');
    await at.getByRole('heading', { name: 'This link is over' }).waitFor();
    assert.deepEqual(await page.violations(), []);
  },
);
