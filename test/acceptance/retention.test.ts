import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { TestClient } from '../support/client.ts';
import { locate, locateOn, moment, OPEN_SEA, report, say } from '../support/commands.ts';
import { eventually, eventuallyTrue } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { SLOWNESS } from '../support/patience.ts';
import { startCli, type TestProcess } from '../support/process.ts';
import { untilLink, untilLogged } from '../support/server-log.ts';

/** Long enough for a report to get to a neighbour and to be seen there, and for a process to stand still for some seconds. */
const FORGET_MS = Math.round(4000 * SLOWNESS + 4000);
const PAIR = { servers: ['Riley', 'Jaquez'], links: [['Riley', 'Jaquez']] } as const;

/** A client's time: now. */
function now(): string {
  return (Date.now() / 1000).toFixed(3);
}

/** Whether a client is in any file of the journal of a server. */
async function isJournaled(herd: TestHerd, server: string, client: string): Promise<boolean> {
  const folder = join(herd.folder, 'data', server);
  const names = (await readdir(folder)).filter((name) => !name.startsWith('lock-'));
  // A file that has gone since has another in its place, which the next look sees.
  const reading = names.map((name) =>
    readFile(join(folder, name), 'latin1').catch(() => undefined),
  );
  const texts = await Promise.all(reading);
  return texts.some((text) => text === undefined || text.includes(` ${client} `));
}

function isForgotten(herd: TestHerd, server: string, client: string): Promise<void> {
  return eventuallyTrue(`${server} forgets ${client}`, async () => {
    return (await locate(herd, server, client)) === undefined;
  });
}

describe('a location that is older than forget', () => {
  test('is gone at every server alike, and after a restart from the journal', async () => {
    await using herd = await TestHerd.make({ ...PAIR, forget: `${FORGET_MS}ms` });
    const processes = await herd.serveAll();
    await untilLink(herd, 'Riley', 'Jaquez', 'link-up');
    const reportedMs = Date.now();
    const at = await report(herd, 'Riley', 'kiwi', now());
    const found = await eventually('Jaquez gets it', () => locate(herd, 'Jaquez', 'kiwi'));
    assert.equal(found, at);
    for (const server of herd.servers) {
      await isForgotten(herd, server, 'kiwi');
      assert.ok(Date.now() - reportedMs >= FORGET_MS - 1, `${server} forgot it too soon`);
    }
    // It is refused as one that no server knows, and can be reported again.
    assert.equal(await say(herd, 'Riley', 'WHATSAT kiwi 1 1\n'), '? WHATSAT kiwi 1 1\n');
    assert.match(await report(herd, 'Jaquez', 'emu', now()), /^AT Jaquez /);
    const late = await report(herd, 'Riley', 'kiwi', moment(0));
    assert.match(late, /^AT Riley /);
    assert.equal(await locate(herd, 'Riley', 'kiwi'), undefined);

    for (const process of processes.values()) await process.stop();
    // A server that starts has what was forgotten leave the disk.
    await herd.serve('Riley');
    assert.equal(await locate(herd, 'Riley', 'kiwi'), undefined);
    await eventuallyTrue("it is gone from Riley's disk", async () => {
      return !(await isJournaled(herd, 'Riley', 'kiwi'));
    });
  });

  test('is not taken back from a neighbour that still has it', async () => {
    await using herd = await TestHerd.make({ ...PAIR, data: 'none' });
    const forgetful = join(herd.folder, 'forgetful.yaml');
    const config = await readFile(herd.configFile, 'utf8');
    await writeFile(forgetful, `${config}forget: ${FORGET_MS}ms\n`);
    const serveRiley = async (): Promise<TestProcess> => {
      const riley = startCli(['serve', 'Riley', '--config', forgetful]);
      await riley.waitFor(/^ready: /m);
      return riley;
    };
    await herd.serve('Jaquez');
    const first = await serveRiley();
    await using _first = first;
    await untilLink(herd, 'Jaquez', 'Riley', 'link-up');
    const at = await report(herd, 'Jaquez', 'kiwi', now());
    await eventuallyTrue('Riley gets it', async () => (await locate(herd, 'Riley', 'kiwi')) === at);
    await isForgotten(herd, 'Riley', 'kiwi');
    await first.stop();

    await using _second = await serveRiley();
    // The link brings all that Jaquez has, in its order: what comes after was brought after.
    await report(herd, 'Jaquez', 'emu', String(Math.ceil(Date.now() / 1000) + 60));
    await eventually('Riley gets what came after', () => locate(herd, 'Riley', 'emu'));
    assert.equal(await locate(herd, 'Riley', 'kiwi'), undefined);
    assert.equal(await locate(herd, 'Jaquez', 'kiwi'), at);
  });
});

describe('with as many clients as maxClients', () => {
  test('a new one is refused and logged, and those that are known go on', async () => {
    await using herd = await TestHerd.make({ servers: ['Riley'], maxClients: 2 });
    const riley = await herd.serve('Riley');
    await using client = await TestClient.connect(herd.clients('Riley'));
    const iamat = (id: string, n: number): Promise<string> =>
      client.ask(`IAMAT ${id} ${OPEN_SEA} ${moment(n)}`);
    for (const id of ['kiwi', 'emu']) assert.match(await iamat(id, 0), /^AT Riley /);
    assert.equal(await iamat('Zoë', 0), `? IAMAT Zoë ${OPEN_SEA} ${moment(0)}`);
    const at = await iamat('kiwi', 1);
    assert.match(at, /^AT Riley /);
    assert.equal(await locateOn(client, 'kiwi'), at);
    assert.equal(await locateOn(client, 'Zoë'), undefined);
    await untilLogged(herd, 'Riley', {
      event: 'report-refused',
      reason: 'too many clients',
      level: 'warn',
      client: 'Zoë',
      clients: 2,
    });

    // They are counted after a restart too, once it is known how many there are.
    await riley.stop();
    await herd.serve('Riley');
    await untilLogged(herd, 'Riley', { event: 'journal-replayed', clients: 2 });
    assert.match(await report(herd, 'Riley', 'gnu', moment(0)), /^\? IAMAT gnu /);
  });

  test('what a neighbour sends is taken in all the same', async () => {
    await using herd = await TestHerd.make({ ...PAIR, maxClients: 2 });
    const riley = await herd.serve('Riley');
    for (const id of ['kiwi', 'emu']) await report(herd, 'Riley', id, moment(0));
    await riley.stop();
    await herd.serve('Jaquez');
    for (const id of ['gnu', 'yak']) await report(herd, 'Jaquez', id, moment(0));
    await herd.serve('Riley');
    for (const server of herd.servers) {
      for (const id of ['kiwi', 'emu', 'gnu', 'yak']) {
        await eventually(`${server} knows ${id}`, () => locate(herd, server, id));
      }
      assert.match(await report(herd, server, 'one-more', moment(0)), /^\? IAMAT one-more /);
    }
  });
});
