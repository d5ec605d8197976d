import assert from 'node:assert/strict';
import test from 'node:test';
import { TestHerd } from '../support/herd.ts';
import { startCli, startCliInShell } from '../support/process.ts';
import { assertAnswers, PAIR, pidOf, SOLO, testBrokenOutput } from './broken-output-test.ts';

testBrokenOutput('a full disk under both');
testBrokenOutput('all three closed');

test('`up | head -1` goes on when head has what it wants', async () => {
  await using herd = await TestHerd.make(PAIR);
  const up = await herd.up();
  up.closeOutput();
  process.kill(await pidOf(herd, 'A', 1), 'SIGKILL');
  await pidOf(herd, 'A', 2);
  for (const server of herd.servers) await assertAnswers(herd, server);
  assert.deepEqual(await up.stop(), { code: 0, signal: null });
});

test('what is printed for its own sake and cannot be is a failure, and reported', async () => {
  await using herd = await TestHerd.make(SOLO);
  await herd.serve('Solo');
  for (const args of [['--help'], ['--version'], ['check'], ['send', 'Solo', 'hi']]) {
    const config = args[0]?.startsWith('--') === true ? [] : ['--config', herd.configFile];
    await using full = startCliInShell([...args, ...config], '>/dev/full');
    const { code, stderr } = await full.finished();
    assert.equal(code, 1, args[0]);
    assert.equal(stderr, 'proxy-herd: standard output cannot be written: the disk is full\n');
  }
});

test('a reader that has gone ends what prints for it alone', async () => {
  await using herd = await TestHerd.make(SOLO);
  await using check = startCli(['check', '--config', herd.configFile]);
  check.closeOutput();
  assert.deepEqual(await check.exited, { code: 1, signal: null });
});
