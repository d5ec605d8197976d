import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { CHECKOUT, TestProcess } from '../support/process.ts';

test('the documentation of the SDK is made without a warning, and each class has an example', async () => {
  await using process = new TestProcess('npm', ['run', '--silent', 'docs:client'], {
    cwd: CHECKOUT,
  });
  process.stdin.end();
  const { code, stdout, stderr } = await process.finished();
  assert.equal(code, 0, stderr);
  const folder = join(stdout.trim(), '../classes');
  const pages = await readdir(folder);
  assert.ok(pages.includes('Herd.html') || pages.includes('client.Herd.html'), pages.join());
  for (const page of pages) {
    assert.match(await readFile(join(folder, page), 'utf8'), />Example</, page);
  }
});
