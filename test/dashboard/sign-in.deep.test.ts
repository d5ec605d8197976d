import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestHerd } from '../support/herd.ts';
import { runCli } from '../support/process.ts';
import { sharedBrowser, WITH_BROWSER } from './browser.ts';
import { report } from './report.ts';

/* Where the herd asks for tokens. */

const browser = sharedBrowser();

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
  await report(herd.gateway('Riley'), 'kiwi', {}, token);
  await using page = await (await browser()).open(herd.gateway('Riley'), { fragment: '#/people' });
  const field = page.at.getByLabel('Token');
  await field.fill('ph_wrong');
  await page.at.getByRole('button', { name: 'Sign in' }).click();
  await page.at.getByText(/does not take this token/).waitFor();
  assert.deepEqual(await page.violations(), []);
  await field.fill(token);
  await page.at.getByRole('button', { name: 'Sign in' }).click();
  await page.at.getByRole('rowheader', { name: 'kiwi' }).waitFor();
  await page.at.reload();
  await page.at.getByRole('rowheader', { name: 'kiwi' }).waitFor();
  assert.equal(page.at.url().includes(token), false);
});
