import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atRest, cpuSeconds, residentBytes } from './process-usage.ts';
import { Scope } from './scope.ts';

const MEBIBYTE = 2 ** 20;

test('a process that works takes time, and has rested once it is at rest', async () => {
  await using scope = new Scope();
  const work = 'const end = Date.now() + 300; while (Date.now() < end); console.log("done")';
  const program = scope.spawn(process.execPath, ['-e', `${work}; setInterval(() => {}, 1000)`]);
  await program.prints(/done/);
  const worked = await cpuSeconds(program.pid);
  assert.ok(worked > 0.05, `${worked} s`);
  await atRest(program.pid);
  assert.ok((await cpuSeconds(program.pid)) >= worked);
});

test('what a process keeps is resident', async () => {
  await using scope = new Scope();
  const hold = 'globalThis.held = Buffer.alloc(64 << 20, 1); console.log("held")';
  const program = scope.spawn(process.execPath, ['-e', `${hold}; setInterval(() => {}, 1000)`]);
  await program.prints(/held/);
  const bytes = await residentBytes(program.pid);
  assert.ok(bytes > 64 * MEBIBYTE && bytes < 1024 * MEBIBYTE, `${bytes} bytes`);
});
