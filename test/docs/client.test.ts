import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { rolldown } from 'rolldown';
import * as sdk from '#src/client/index.js';
import { allOptions } from '#src/client/options.js';
import * as tcp from '#src/client/tcp/index.js';
import { allOptions as allTcpOptions } from '#src/client/tcp/options.js';
import { formatAddress } from '#src/transport/address.js';
import { TestFolder } from '../support/folder.ts';
import { put } from '../support/http.ts';
import { OwnServer } from '../support/own-server.ts';
import { CHECKOUT, TestProcess } from '../support/process.ts';
import { codeOf, readMarkdown, rowsOf } from './markdown.ts';

/*
 * The TypeScript of docs/CLIENT.md and of the README runs here as it stands, with the port of a server of the test.
 */

/** The blocks of a document as one program: the first one makes what the others use. */
async function programOf(file: string): Promise<string> {
  const { blocks } = await readMarkdown(file);
  const [first = '', ...others] = blocks
    .filter(({ language }) => language === 'ts')
    .map(({ text }) => text);
  const imports = others.flatMap((text) => text.match(/^import .*$/gm) ?? []);
  const bodies = others.map((text) => `{\n${text.replace(/^import .*$/gm, '')}}\n`);
  return [...imports, first, ...bodies].join('\n');
}

/** Runs a program that imports the library; returns what it prints. */
async function run(program: string): Promise<string> {
  await using folder = await TestFolder.make();
  await writeFile(join(folder.path, 'program.ts'), program);
  const bundle = await rolldown({
    input: join(folder.path, 'program.ts'),
    platform: 'node',
    resolve: {
      alias: {
        'proxy-herd/client/tcp': join(CHECKOUT, 'dist/client/tcp/index.js'),
        'proxy-herd/client': join(CHECKOUT, 'dist/client/index.js'),
      },
    },
    transform: { target: 'es2022' },
  });
  await bundle.write({ file: join(folder.path, 'program.mjs'), format: 'esm' });
  await bundle.close();
  await using node = new TestProcess(process.execPath, [join(folder.path, 'program.mjs')]);
  node.stdin.end();
  const { code, stdout, stderr } = await node.finished();
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' }, program);
  return stdout;
}

function isError(name: string): boolean {
  return name.endsWith('Error') && name !== 'HerdError';
}

test('the examples of the SDK work as they stand', async () => {
  await using server = await OwnServer.start({ gateway: { host: '127.0.0.1', port: 0 } });
  const emu = { latitude: 34.07, longitude: -118.445 };
  assert.equal((await put(server.gateway, '/v1/clients/emu/location', emu)).status, 204);
  const printed = await Promise.all(
    ['docs/CLIENT.md', 'README.md'].map(async (file) => {
      const program = (await programOf(file))
        .replace(/127\.0\.0\.1:136\d\d/g, formatAddress(server.gateway))
        .replace(/127\.0\.0\.1:116\d\d/g, formatAddress(server.clients));
      return run(program);
    }),
  );
  const [document = '', readme = ''] = printed;
  assert.match(document, /^\{\n +client: 'kiwi',\n +latitude: 34\.06893,/);
  assert.match(document, /^emu 11\d\.\d+$/m, 'who is near');
  assert.match(document, /^Santa Monica \d+/m);
  assert.match(document, /^3 0 0$/m, 'what was enqueued');
  assert.match(document, /^invalid-argument latitude: found 95, expected -90 to 90$/m);
  assert.match(document, /^Riley true kiwi 3$/m, 'over TCP');
  assert.match(readme, /client: 'kiwi'/);
});

test('docs/CLIENT.md has every option and every error, and no other', async () => {
  const rows = rowsOf(await readMarkdown('docs/CLIENT.md'));
  const cells = rows.map(([cell = '']) => codeOf(cell)[0] ?? '');
  const options = [allOptions({ servers: ['http://a'] }), allTcpOptions({ servers: ['a:1'] })];
  const errors = [sdk, tcp].flatMap((each) => Object.keys(each)).filter(isError);
  const documented = cells.filter((cell) => /^\w+$/.test(cell));
  const known = new Set([...options.flatMap((each) => Object.keys(each)), ...errors]);
  assert.deepEqual(documented.toSorted(), [...known].toSorted());
});
