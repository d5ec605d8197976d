import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Acknowledge } from '#src/server/options.js';
import { TestClient } from '../support/client.ts';
import { locate, readUntilClosed } from '../support/commands.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { clientIds, locateMany, pipeline, reportsOf } from '../support/pipeline.ts';
import { readLog, untilLink } from '../support/server-log.ts';

/** IDs so long that what waits for a neighbour that stands still is more than the system takes over. */
const LONG_ID = 'x'.repeat(3500);
const BACKLOG = 2000;
/** A machine may be so busy that the neighbour counts as gone, or the stop has to give up: then once more. */
const ATTEMPTS = 10;

/** Defines the test that a server which is stopped while a neighbour stands still loses nothing that it answered. */
export function testStop(acknowledge: Acknowledge, data: 'none' | './data'): void {
  const title = `acknowledge: ${acknowledge}, data: ${data}`;
  test(`a server stopped under backlog loses nothing that it answered, ${title}`, async (t) => {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      await using herd = await TestHerd.make({
        servers: ['Riley', 'Jaquez'],
        links: [['Riley', 'Jaquez']],
        acknowledge,
        data,
      });
      const promised = await stopUnderBacklog(herd, acknowledge === 'neighbours');
      const log = await readLog(herd.logFile('Riley'));
      const troubles = log.filter(
        ({ event, code }) => event === 'drain-failed' || code === 'silent',
      );
      if (troubles.length > 0) {
        t.diagnostic(`once more, since ${JSON.stringify(troubles)}`);
        continue;
      }
      const kept = await locateMany(herd, 'Jaquez', promised);
      t.diagnostic(`${promised.length} answered`);
      assert.equal(promised.filter((id) => !kept.has(id)).length, 0);
      return;
    }
    assert.fail(`the machine was too busy, ${ATTEMPTS} times`);
  });
}

/**
 * Stops Riley while its neighbour stands still, and has the neighbour go on as soon as Riley listens no more.
 *
 * @param waits whether replies wait for the neighbour
 * @returns the clients whose reports were answered
 */
async function stopUnderBacklog(herd: TestHerd, waits: boolean): Promise<string[]> {
  const processes = await herd.serveAll();
  const [riley, jaquez] = [processes.get('Riley'), processes.get('Jaquez')];
  assert.ok(riley && jaquez);
  await untilLink(herd, 'Riley', 'Jaquez', 'link-up');
  await untilLink(herd, 'Jaquez', 'Riley', 'link-up');
  await using client = await TestClient.connect(herd.clients('Riley'));
  const clients = clientIds(LONG_ID, BACKLOG);
  const reports = reportsOf(clients, 0);
  jaquez.signal('SIGSTOP');
  try {
    const answered = pipeline(client, reports, BACKLOG, () => undefined);
    if (waits) {
      await eventuallyTrue('Riley has the first report', async () => {
        return (await locate(herd, 'Riley', clients[0] ?? '')) !== undefined;
      });
    } else await answered;
    riley.signal('SIGTERM');
    await eventuallyTrue('Riley listens no more', async () => {
      const other = await TestClient.connect(herd.clients('Riley')).catch(() => undefined);
      await other?.[Symbol.asyncDispose]();
      return other === undefined;
    });
  } finally {
    jaquez.signal('SIGCONT');
  }
  assert.deepEqual(await riley.exited, { code: 0, signal: null });
  const replies = (await readUntilClosed(client)).toString('latin1').split('\n').slice(0, -1);
  assert.ok(waits || replies.length === BACKLOG);
  return replies.map((at) => at.split(' ')[3] ?? '');
}
