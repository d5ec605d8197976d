import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readMarkdown } from '../docs/markdown.ts';
import { programOf } from '../docs/program.ts';
import { CHECKOUT, TestProcess } from '../support/process.ts';

/** The pages of classes; those whose constructors are not for callers are interfaces there. */
const CLASS = /^classes\/|^interfaces\/(\w+\.)?(Subscription|Geofences)\.html$/;

test('the documentation of the SDK and of the places is made without a warning, and each class has an example', async () => {
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

/** As a program that uses the package would be compiled. */
const STRICT =
  '--noEmit --strict --exactOptionalPropertyTypes --noUnusedLocals --target es2022 --lib es2022,esnext.disposable --module nodenext --types node';

test('the examples of the documents and the example program compile as they stand', async () => {
  // Within the package, so that its name leads to it.
  const folder = await mkdtemp(join(CHECKOUT, 'build/examples-'));
  try {
    const program = join(folder, 'documents.ts');
    await writeFile(program, await programOf('docs/CLIENT.md', 'README.md'));
    const examples = ['examples/sdk/depot.ts', 'examples/places/shops.ts'];
    const files = [program, ...examples.map((file) => join(CHECKOUT, file))];
    const { blocks } = await readMarkdown('docs/PLACES_API.md');
    for (const { text, line } of blocks.filter(({ language }) => language === 'ts')) {
      const file = join(folder, `places-${line}.ts`);
      await writeFile(file, text);
      files.push(file);
    }
    const compiler = join(CHECKOUT, 'node_modules/typescript/bin/tsc');
    await using tsc = new TestProcess(
      process.execPath,
      [compiler, '--ignoreConfig', ...STRICT.split(' '), ...files],
      { cwd: CHECKOUT },
    );
    tsc.stdin.end();
    const { code, stdout } = await tsc.finished();
    assert.equal(code, 0, stdout);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
