import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { ask } from '../support/http.ts';
import { sharedBrowser, WITH_BROWSER } from './browser.ts';
import { untilHerdKnown } from './whole-herd.ts';

/* A newcomer's path: from an empty herd through the demo to places, and the text protocol by hand. */

const browser = sharedBrowser();

interface Listed {
  readonly client: string;
  readonly latitude: number;
  readonly longitude: number;
}

test(
  'from an empty herd through the demo to places near a client, and to the exact bytes',
  WITH_BROWSER,
  async () => {
    await using herd = await TestHerd.make({
      servers: ['Riley', 'Jaquez'],
      links: [['Riley', 'Jaquez']],
      hasGateways: true,
    });
    await herd.up();
    await untilHerdKnown(herd, 'Riley');
    const gateway = herd.gateway('Riley');
    const listed = async (): Promise<readonly Listed[]> => {
      const { json } = await ask(gateway, { path: '/v1/clients?limit=1000' });
      return (json as { clients: Listed[] }).clients;
    };
    await using page = await (await browser()).open(gateway);
    const { at } = page;
    await at.getByRole('heading', { name: 'Nobody has reported yet' }).waitFor();
    await at.getByRole('button', { name: /Start the demo/ }).waitFor();
    await page.untilLive();
    assert.deepEqual(await page.violations(), []);
    await Promise.all([
      at.getByText(/^\d+ made-up clients move over Los Angeles$/).waitFor(), // it is gone after a while
      at.getByRole('button', { name: /Start the demo/ }).click(),
    ]);
    await at.getByRole('button', { name: 'Stop the demo' }).waitFor();
    await at.getByText('300 clients', { exact: true }).waitFor();
    await at
      .getByRole('heading', { name: 'Nobody has reported yet' })
      .waitFor({ state: 'detached' });

    await at.getByRole('combobox').fill('demo-bus-40');
    await at.getByRole('option', { name: 'Demo: Bus 40' }).click();
    const panel = at.getByRole('complementary', { name: 'Demo: Bus 40' });
    const where = panel.getByText(/^34\.\d{6}, -118\.\d{6}$/);
    const first = await where.textContent();
    await eventuallyTrue('it moves', async () => (await where.textContent()) !== first);
    await panel.getByRole('button', { name: 'Places near here' }).click();
    await panel.getByRole('listitem').first().waitFor();

    // The text protocol, at the other server.
    await at.getByRole('link', { name: 'Console' }).click();
    await at.getByRole('button', { name: 'Jaquez' }).click();
    await at.waitForURL(/#\/console\/Jaquez/);
    await at.getByRole('button', { name: 'WHATSAT' }).click();
    await at.getByLabel('client', { exact: true }).fill('demo-bus-40');
    await at.getByRole('button', { name: 'Send' }).click();
    const latest = at.getByRole('article').first();
    const received = latest.getByLabel('Bytes received');
    await received.getByText(/^AT (Riley|Jaquez) [+-]\d+\.\d{9} demo-bus-40 /).waitFor();
    assert.equal(
      await latest.getByLabel('Bytes sent').textContent(),
      'WHATSAT demo-bus-40 10 5\\n\n',
    );
    assert.ok((await received.textContent())?.endsWith('}\\n\n\\n\n'), 'every line end is shown');
    await latest.getByText('5 places, as JSON').click();

    await at.getByRole('button', { name: 'Any line' }).click();
    const line = at.getByRole('textbox', { name: /^Line for Jaquez/ });
    await line.fill('hé');
    await line.press('Enter');
    await latest.getByText('There is no such command').waitFor();
    assert.equal(
      await latest.getByLabel('Bytes sent').textContent(),
      String.raw`h\xc3\xa9\n` + '\n',
    );
    assert.equal(await received.textContent(), String.raw`? h\xc3\xa9\n` + '\n');
    await latest.getByText('6 bytes').waitFor();
    await line.press('ArrowUp');
    await line.press('ArrowUp');
    assert.equal(await line.inputValue(), 'WHATSAT demo-bus-40 10 5');

    // A report of one's own ends the demo.
    await line.fill(`IAMAT me +34.068930-118.445127 ${Date.now() / 1000}`);
    await Promise.all([
      at.getByText(/^A client of your own has reported: the demo has ended/).waitFor(),
      line.press('Enter'),
    ]);
    await latest.getByText(/^Jaquez heard me, /).waitFor();
    await eventuallyTrue('me alone is left', async () => (await listed()).length === 1);
    await latest.getByRole('link', { name: 'On the map' }).click();
    await at.getByRole('complementary', { name: 'me' }).waitFor();
    await at.getByRole('button', { name: 'Stop the demo' }).waitFor({ state: 'detached' });
    assert.deepEqual(page.faults, []);
  },
);
