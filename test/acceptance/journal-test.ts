import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { locate, moment, OPEN_SEA, say } from '../support/commands.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { startCli, type TestProcess } from '../support/process.ts';
import { untilLink } from '../support/server-log.ts';
import { Tap } from '../support/tap.ts';

const CLIENTS = 10_000;
const MISSED = 37;

/** How many changes there are in what one server sent another. */
function changesIn(bytes: readonly Buffer[]): number {
  const lines = Buffer.concat(bytes).toString('latin1').split('\n');
  return lines.filter((line) => line.startsWith('AT ')).length;
}

/** Reports many clients to a server at once. */
async function reportMany(herd: TestHerd, server: string, names: readonly string[]) {
  const commands = names.map((name, n) => `IAMAT ${name} ${OPEN_SEA} ${moment(n)}\n`);
  const replies = (await say(herd, server, commands.join(''))).split('\n').slice(0, -1);
  assert.equal(replies.filter((line) => line.startsWith('AT ')).length, names.length);
}

async function readJournal(herd: TestHerd, server: string): Promise<string> {
  const folder = join(herd.folder, 'data', server);
  const logs = (await readdir(folder)).filter((name) => name.endsWith('.log'));
  const texts = await Promise.all(logs.map((name) => readFile(join(folder, name), 'latin1')));
  return texts.join('');
}

const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}-${n}`);

/** Defines the test that a server which starts again is sent what it missed alone, of what that origin received too. */
export function testGoingOn(origin: 'Riley' | 'Jaquez'): void {
  test(`a server that starts again goes on where it was, with ${CLIENTS} clients reported to ${origin}`, async (t) => {
    await using herd = await TestHerd.make({
      servers: ['Riley', 'Jaquez'],
      links: [['Riley', 'Jaquez']],
    });
    // Each dials the other through a tap that counts what goes over the link.
    const config = await readFile(herd.configFile, 'utf8');
    const configured = async (server: string, neighbour: string): Promise<[Tap, string]> => {
      const { host, port } = herd.peers(neighbour);
      const tap = await Tap.start({ host, port });
      const file = join(herd.folder, `${server}.yaml`);
      await writeFile(file, config.replace(`${host}:${port}`, `${host}:${tap.address.port}`));
      return [tap, file];
    };
    const [tapOfRiley, rileyFile] = await configured('Riley', 'Jaquez');
    await using _tapOfRiley = tapOfRiley;
    const [tapOfJaquez, jaquezFile] = await configured('Jaquez', 'Riley');
    await using _tapOfJaquez = tapOfJaquez;
    const serve = async (server: string, file: string): Promise<TestProcess> => {
      const process = startCli(['serve', server, '--config', file]);
      await process.waitFor(/^ready: /m);
      return process;
    };
    await using _jaquez = await serve('Jaquez', jaquezFile);
    const first = await serve('Riley', rileyFile);
    await using _first = first;
    await untilLink(herd, 'Riley', 'Jaquez', 'link-up');
    await reportMany(herd, origin, names('client', CLIENTS));
    const last = `client-${CLIENTS - 1}`;
    for (const server of herd.servers) {
      const knows = async (): Promise<boolean> => (await locate(herd, server, last)) !== undefined;
      await eventuallyTrue(`${server} knows all`, knows);
    }
    // A heartbeat later each claims to have all of the origin, and a write later so does its journal.
    for (const server of herd.servers) {
      await eventuallyTrue(`${server} has in its journal that it has all`, async () => {
        const journal = await readJournal(herd, server);
        return new RegExp(`^VECTOR .*\\["${origin}",\\d+,${CLIENTS}\\]`, 'm').test(journal);
      });
    }
    first.signal('SIGKILL');
    await first.exited;
    await untilLink(herd, 'Jaquez', 'Riley', 'link-down');
    await reportMany(herd, 'Jaquez', names('missed', MISSED));

    const taps = [tapOfRiley, tapOfJaquez];
    const counts = taps.map(({ recordings }) => recordings.length);
    await using _second = await serve('Riley', rileyFile);
    for (const client of [...names('missed', MISSED), last, 'client-0']) {
      const knows = async (): Promise<boolean> =>
        (await locate(herd, 'Riley', client)) !== undefined;
      await eventuallyTrue(`Riley knows ${client}`, knows);
    }
    const since = taps.flatMap(({ recordings }, index) => recordings.slice(counts[index]));
    const sent = since.flatMap((one) => [one.fromDialler, one.fromListener]).map(changesIn);
    const all = sent.reduce((sum, count) => sum + count, 0);
    t.diagnostic(`${all} locations crossed the link`);
    assert.equal(all, MISSED);
  });
}
