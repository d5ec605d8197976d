import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { CHECKOUT, TestProcess } from '../support/process.ts';

/** The pages of classes; those whose constructors are not for callers are interfaces there. */
const CLASS = /^classes\/|^interfaces\/(\w+\.)?(Subscription|Geofences)\.html$/;

test('the documentation of the SDK is made without a warning, and each class has an example', async () => {
  await using process = new TestProcess('npm', ['run', '--silent', 'docs:client'], {
    cwd: CHECKOUT,
  });
  process.stdin.end();
  const { code, stdout, stderr } = await process.finished();
  assert.equal(code, 0, stderr);
  const folder = join(stdout.trim(), '..');
  const pages = await readdir(folder, { recursive: true });
  const classes = pages.filter((page) => CLASS.test(page));
  for (const name of ['Herd', 'Subscription', 'Geofences', 'UnreachableError']) {
    assert.ok(
      classes.some((page) => page.endsWith(`${name}.html`)),
      `${name} in ${classes.join()}`,
    );
  }
  for (const page of classes) {
    assert.match(await readFile(join(folder, page), 'utf8'), />Example</, page);
  }
});
