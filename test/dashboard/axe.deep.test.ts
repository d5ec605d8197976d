import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OwnServer } from '../support/own-server.ts';
import { LOOKS, sharedBrowser, WITH_BROWSER } from './browser.ts';
import { HOSTILE, report } from './report.ts';
import { show, VIEWS } from './views.ts';

const browser = sharedBrowser();

test('axe-core finds nothing in any view, theme and size', WITH_BROWSER, async () => {
  await using server = await OwnServer.start({ gateway: { host: '127.0.0.1', port: 0 } });
  for (const client of ['kiwi', HOSTILE]) await report(server.gateway, client);
  for (const look of LOOKS) {
    await using page = await (await browser()).open(server.gateway, look);
    await page.untilLive();
    for (const view of VIEWS) {
      await show(page, view);
      const where = `${view.fragment}, ${look.theme}, ${look.size}`;
      assert.deepEqual(await page.violations(), [], where);
    }
    assert.deepEqual(page.faults, []);
  }
});
