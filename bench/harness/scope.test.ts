import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ProgramError } from './program.ts';
import { Scope } from './scope.ts';

const WAITS = ['-e', 'console.log("here"); setInterval(() => {}, 1000)'];

function exists(pid: number | undefined): boolean {
  assert.ok(pid !== undefined);
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a scope that ends ends its programs and removes its folders', async () => {
  const scope = new Scope();
  const folder = scope.folder();
  writeFileSync(join(folder, 'file'), 'text');
  const program = scope.spawn(process.execPath, WAITS);
  await program.prints(/^here$/m);
  assert.equal(exists(program.pid), true);
  await scope[Symbol.asyncDispose]();
  assert.equal(exists(program.pid), false);
  assert.equal(existsSync(folder), false);
});

test('things end in the reverse order, all of them, also where one cannot', async () => {
  const scope = new Scope();
  const ended: string[] = [];
  const end = (name: string) => async () => {
    ended.push(name);
    if (name === 'second') throw new Error('it is stuck');
  };
  for (const name of ['first', 'second', 'third']) await scope.defer(end(name));
  await assert.rejects(scope[Symbol.asyncDispose](), (error) => {
    assert.ok(error instanceof AggregateError);
    assert.match(String(error.errors), /it is stuck/);
    return true;
  });
  assert.deepEqual(ended, ['third', 'second', 'first']);
});

test('nothing starts in a scope that has ended', async () => {
  const scope = new Scope();
  await scope[Symbol.asyncDispose]();
  assert.throws(() => scope.spawn(process.execPath, WAITS), /has ended/);
  assert.throws(() => scope.folder(), /has ended/);
  let ended = false;
  await scope.defer(async () => {
    ended = true;
  });
  assert.equal(ended, true);
});

test('a program that ends badly is reported with what it printed', async () => {
  await using scope = new Scope();
  const fails = () =>
    scope.spawn(process.execPath, ['-e', 'console.error("no luck"); process.exitCode = 3']);
  const isReported = (error: unknown): boolean =>
    error instanceof ProgramError && /ended with 3.*no luck/s.test(error.message);
  await assert.rejects(fails().succeeds(), isReported);
  await assert.rejects(fails().prints(/ready/), isReported);
});

test('a program that does not exist cannot be waited for', async () => {
  await using scope = new Scope();
  await assert.rejects(scope.spawn('no-such-program', []).succeeds(), /did not start/);
});
