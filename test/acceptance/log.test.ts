import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { test } from 'node:test';
import { TestClient } from '../support/client.ts';
import { locateOn, moment, OPEN_SEA } from '../support/commands.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { having, readLog, untilLink, untilLogged } from '../support/server-log.ts';

test('every command and every reply is logged with its connection', async () => {
  await using herd = await TestHerd.make({ servers: ['Riley'] });
  const server = await herd.serve('Riley');
  const said = await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      await using client = await TestClient.connect(herd.clients('Riley'));
      const report = `IAMAT client-${n}-Zoë ${OPEN_SEA} ${moment(n)}`;
      const at = await client.ask(report);
      await locateOn(client, `client-${n}-Zoë`);
      const commands = [report, `WHATSAT client-${n}-Zoë 1 1`, `not "a" command\\ ${n}\t`];
      const replies = [at, at, await client.ask(commands[2] ?? '')];
      const { localAddress, localPort } = client.socket;
      return { address: `${localAddress}:${localPort}`, commands, replies };
    }),
  );
  await untilLogged(herd, 'Riley', { event: 'connection-closed' }, said.length);
  await server.stop();

  const events = await readLog(herd.logFile('Riley'));
  // Where the system allows few files, that is said first.
  const names = events.map(({ event }) => event).filter((event) => event !== 'few-files');
  assert.deepEqual(names.slice(0, 3), ['start', 'journal-replaying', 'journal-replayed']);
  assert.equal(events.at(-1)?.event, 'stop');
  assert.equal(lines(having(events, { event: 'commands' })).length, 60);
  for (const { address, commands, replies } of said) {
    const [opened, ...others] = having(events, { event: 'connection-opened', address });
    assert.deepEqual(others, []);
    const ours = having(events, { connection: opened?.['connection'] });
    assert.deepEqual(lines(having(ours, { event: 'commands' })), commands);
    assert.deepEqual(lines(having(ours, { event: 'replies' })), replies);
    assert.equal(ours.at(-1)?.event, 'connection-closed');
  }
});

test('a log that was renamed goes on at SIGHUP in a new file, and loses no line', async () => {
  await using herd = await TestHerd.make({ servers: ['Riley'] });
  const server = await herd.serve('Riley');
  const file = herd.logFile('Riley');
  const rotated = Array.from({ length: 5 }, (_, n) => `${file}.${n}`);
  const rotations = new AbortController();
  let count = 0;

  const talk = async (): Promise<void> => {
    await using client = await TestClient.connect(herd.clients('Riley'));
    while (!rotations.signal.aborted) {
      assert.equal(await client.ask(String(count)), `? ${count}`);
      count += 1;
    }
  };
  const rotate = async (): Promise<void> => {
    try {
      for (const old of rotated) {
        const before = count;
        await eventuallyTrue('some commands more', () => count > before + 100);
        await rename(file, old);
        server.signal('SIGHUP');
        await eventuallyTrue('a new log', () => existsSync(file));
      }
    } finally {
      rotations.abort();
    }
  };
  await Promise.all([talk(), rotate()]);
  await server.stop();

  const logs = await Promise.all([...rotated, file].map(readLog));
  for (const events of logs) assert.ok(having(events, { event: 'commands' }).length > 0);
  const numbers = Array.from({ length: count }, (_, n) => String(n));
  assert.deepEqual(lines(having(logs.flat(), { event: 'commands' })), numbers);
  const replies = numbers.map((number) => `? ${number}`);
  assert.deepEqual(lines(having(logs.flat(), { event: 'replies' })), replies);
});

test('a link that drops and comes back is logged at both ends, with the cause', async () => {
  await using herd = await TestHerd.make({
    servers: ['Riley', 'Jaquez'],
    links: [['Riley', 'Jaquez']],
  });
  await herd.serve('Riley');
  const retry = { event: 'link-failed', neighbour: 'Jaquez', code: 'unreachable' };
  await untilLogged(herd, 'Riley', retry);
  let jaquez = await herd.serve('Jaquez');
  for (const [round, signal] of (['SIGKILL', 'SIGTERM'] as const).entries()) {
    await untilLink(herd, 'Riley', 'Jaquez', 'link-up');
    await untilLink(herd, 'Jaquez', 'Riley', 'link-up');
    jaquez.signal(signal);
    await jaquez.exited;
    const drop = { event: 'link-down', level: 'warn', neighbour: 'Jaquez', code: 'closed' };
    const down = (await untilLogged(herd, 'Riley', drop, round + 1)).at(-1);
    assert.match(String(down?.['detail']), /ECONNRESET|ended the connection/);
    // The first such event is of before Jaquez was started.
    await untilLogged(herd, 'Riley', retry, round + 2);
    jaquez = await herd.serve('Jaquez');
  }
  await untilLink(herd, 'Riley', 'Jaquez', 'link-up');
  const own = having(await readLog(herd.logFile('Jaquez')), { event: 'link-down' });
  assert.deepEqual(
    own.map(({ neighbour, code }) => ({ neighbour, code })),
    [{ neighbour: 'Riley', code: 'stopping' }],
  );
});

/** The commands or replies of events. */
function lines(events: readonly Readonly<Record<string, unknown>>[]): string[] {
  return events.flatMap(({ text }) => {
    const lines = String(text);
    return lines.split(lines.includes('\n') ? '\n' : '|');
  });
}
