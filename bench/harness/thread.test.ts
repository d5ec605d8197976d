import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Scope } from './scope.ts';
import { startThread } from './thread.ts';

const THREAD = new URL('thread.js', import.meta.url).href;

/** Writes a module that runs in a thread. */
async function moduleOf(scope: Scope, lines: string): Promise<URL> {
  const file = join(scope.folder(), 'module.mjs');
  const imports = `import { postResult, untilStop } from ${JSON.stringify(THREAD)};
    import { workerData } from 'node:worker_threads';`;
  await writeFile(file, `${imports}\n${lines}`);
  return pathToFileURL(file);
}

test('a thread works until it is asked to stop, and posts the result of it', async () => {
  await using scope = new Scope();
  const module = await moduleOf(scope, 'await untilStop(); postResult(workerData.n + 1);');
  const thread = await startThread(scope, module, { n: 41 });
  assert.equal(await thread.stop(), 42);
});

test('what goes wrong in a thread is thrown where it is started, or stopped', async () => {
  await using scope = new Scope();
  const early = await moduleOf(scope, "throw new Error('early');");
  await assert.rejects(startThread(scope, early, {}), /early/);
  const late = await moduleOf(scope, "await untilStop(); throw new Error('late');");
  const thread = await startThread(scope, late, {});
  await assert.rejects(thread.stop(), /late/);
});

test('a thread that was not stopped is ended with the scope', async () => {
  const scope = new Scope();
  const module = await moduleOf(scope, 'setInterval(() => {}, 1000); await untilStop();');
  await startThread(scope, module, {});
  await scope[Symbol.asyncDispose](); // else this process would go on
});
