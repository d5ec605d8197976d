import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestClient } from '../support/client.ts';
import { locateOn, OPEN_SEA } from '../support/commands.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { DIAGRAM } from '../support/herd.ts';
import { RelayedHerd } from '../support/relayed-herd.ts';

/** With five servers a record has to cross four links; some of the first ones cross more. */
const MOST_A_REPORT = 4.4;
const REPORTS_A_WINDOW = 100;
/** A busy machine lets a source fall behind, which costs some more: then the next window counts. */
const MOST_WINDOWS = 40;

/** Defines the test that in a steady herd no record crosses more links than it has to. */
export function testSteadyHerd(forget: string): void {
  test(`in a steady herd a report crosses four links, forget: ${forget}`, async (t) => {
    const { servers, links = [] } = DIAGRAM;
    const settings = { logs: 'none', data: 'none', forget };
    await using herd = await RelayedHerd.make({ servers, links, settings });
    await herd.serveAll();
    await eventuallyTrue('the herd is whole', () => herd.isWhole);
    await using reporting = await TestClient.connect(herd.clients('Riley'));
    await using asking = await TestClient.connect(herd.clients('Bernard'));
    const records = (): number => herd.links.reduce((sum, link) => sum + link.records, 0);
    const figures: number[] = [];
    const started = performance.now();
    while (figures.length < MOST_WINDOWS) {
      const before = records();
      for (let n = 0; n < REPORTS_A_WINDOW; n++) {
        const now = (Date.now() / 1000).toFixed(3);
        const at = await reporting.ask(`IAMAT client-${n % 10} ${OPEN_SEA} ${now}`);
        await eventuallyTrue('Bernard has it', async () => {
          return (await locateOn(asking, `client-${n % 10}`)) === at;
        });
      }
      figures.push((records() - before) / REPORTS_A_WINDOW);
      // Where locations are forgotten, some have to have been.
      const isLongEnough = forget === 'never' || performance.now() - started > 5000;
      if (isLongEnough && (figures.at(-1) ?? Infinity) <= MOST_A_REPORT) break;
    }
    t.diagnostic(`records on the links a report: ${figures.join(', ')}`);
    assert.ok((figures.at(-1) ?? Infinity) <= MOST_A_REPORT, figures.join(', '));
  });
}
