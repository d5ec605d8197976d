import assert from 'node:assert/strict';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { exchange } from '../support/client.ts';
import { eventually, eventuallyTrue } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { isAlive, startCli, startCliInShell, type TestProcess } from '../support/process.ts';
import { having, readLog } from '../support/server-log.ts';

/*
 * No place to complain is no reason to stop. Each test has a process that has something to say where it
 * cannot be written, and goes on.
 */

export const PAIR = { servers: ['A', 'B'], links: [['A', 'B']] } as const;
export const SOLO = { servers: ['Solo'] };

/** Starts a command whose standard error, and in some also standard output, cannot be written. */
const BROKEN = {
  'a full disk under standard error': (args: readonly string[]) =>
    startCliInShell(args, '2>/dev/full'),
  'a full disk under both': (args: readonly string[]) => startCliInShell(args, '>/dev/full 2>&1'),
  'standard error closed': (args: readonly string[]) => startCliInShell(args, '2>&-'),
  'all three closed': (args: readonly string[]) => startCliInShell(args, '<&- >&- 2>&-'),
  'both read by nobody': (args: readonly string[]): TestProcess => {
    const started = startCli(args);
    started.closeOutput();
    return started;
  },
} as const;

/** The process of a server: of its `nth` start, from 1. */
export function pidOf(herd: TestHerd, server: string, nth: number): Promise<number> {
  return eventually(`${server} starts ${nth} times`, async () => {
    const log = await readLog(herd.logFile(server)).catch(() => []);
    const start = having(log, { event: 'start' })[nth - 1];
    return start === undefined ? undefined : Number(start['pid']);
  });
}

export async function assertAnswers(herd: TestHerd, server: string): Promise<void> {
  assert.equal((await exchange(herd.clients(server), 'hi\n')).toString(), '? hi\n');
}

/** Defines the tests that `up` and `serve` go on with an output that is broken in this way. */
export function testBrokenOutput(what: keyof typeof BROKEN): void {
  const start = BROKEN[what];
  test(`up starts a server again with ${what}`, async () => {
    await using herd = await TestHerd.make(PAIR);
    await using up = start(['up', '--config', herd.configFile]);
    const other = await pidOf(herd, 'B', 1);
    process.kill(await pidOf(herd, 'A', 1), 'SIGKILL');
    await pidOf(herd, 'A', 2);
    await assertAnswers(herd, 'A');
    assert.ok(isAlive(other));
    assert.deepEqual(await up.stop(), { code: 0, signal: null });
  });

  test(`serve survives SIGHUP without its log folder, with ${what}`, async () => {
    await using herd = await TestHerd.make(SOLO);
    await using server = start(['serve', 'Solo', '--config', herd.configFile]);
    await pidOf(herd, 'Solo', 1);
    const folder = join(herd.folder, 'logs');
    await rename(folder, `${folder}.old`);
    await writeFile(folder, 'a file in the way');
    server.signal('SIGHUP');
    await assertAnswers(herd, 'Solo');
    await rm(folder);
    server.signal('SIGHUP');
    await eventuallyTrue('the log is made again', async () => {
      await assertAnswers(herd, 'Solo');
      return (await readLog(herd.logFile('Solo')).catch(() => [])).length > 0;
    });
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
  });
}
