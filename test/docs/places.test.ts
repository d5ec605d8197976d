import assert from 'node:assert/strict';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { rolldown } from 'rolldown';
import { AnsweringUpstream } from '../places/answering-upstream.ts';
import { TestFolder } from '../support/folder.ts';
import { PATIENCE_MS } from '../support/patience.ts';
import { CHECKOUT, TestProcess } from '../support/process.ts';
import { readMarkdown } from './markdown.ts';

/*
 * The TypeScript of docs/PLACES_API.md and of examples/places/ runs here as it stands, in a project that has the package.
 */

/** Runs a program; returns what it prints once it has ended by itself. */
async function run(program: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  await using folder = await TestFolder.make();
  await writeFile(join(folder.path, 'program.ts'), program);
  await mkdir(join(folder.path, 'node_modules'));
  await symlink(CHECKOUT, join(folder.path, 'node_modules/proxy-herd'));
  const bundle = await rolldown({
    input: join(folder.path, 'program.ts'),
    platform: 'node',
    external: ['proxy-herd/places'],
    transform: { target: 'es2022' },
  });
  await bundle.write({ file: join(folder.path, 'program.mjs'), format: 'esm' });
  await bundle.close();
  await using node = new TestProcess(process.execPath, [join(folder.path, 'program.mjs')], { env });
  node.stdin.end();
  const { code, stdout, stderr } = await node.finished();
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' }, program);
  return stdout;
}

test('the examples of docs/PLACES_API.md work as they stand', async () => {
  await using upstream = await AnsweringUpstream.start((_request, response) => {
    response.writeHead(500).end();
  });
  const { blocks } = await readMarkdown('docs/PLACES_API.md');
  // But for its deadline, which is one for a machine that is not busy with other tests.
  const programs = blocks
    .filter(({ language }) => language === 'ts')
    .map(({ text }) => text.replace(/(?<=deadlineMs: )[\d_]+/, String(PATIENCE_MS)));
  const env = { PLACES_URL: upstream.url };
  const printed = await Promise.all(programs.map((program) => run(program, env)));
  const [embedded = '', google = '', own = ''] = printed;
  assert.match(embedded, /^(.+ \d+(\.\d)?\n){3}\[[^]*GeoNames[^]*\]\n$/);
  assert.match(google, /^fault UPSTREAM_HTTP_STATUS\nUNKNOWN_ERROR [1-9]\n$/);
  assert.equal(own, 'A bench 1\nThere are no benches so far north.\n');
});

test('the example of a provider of its own saves most calls', async () => {
  const shops = await readFile(join(CHECKOUT, 'examples/places/shops.ts'), 'utf8');
  const printed = await run(shops);
  const [, found, calls, cached] =
    /^(\d+) shops in 100 answers\n(\d+) calls, (\d+) answers from the cache\n$/.exec(printed) ?? [];
  assert.ok(Number(found) > 900, printed);
  assert.equal(Number(calls) + Number(cached), 100, printed);
  assert.ok(Number(calls) < 50, printed);
});
