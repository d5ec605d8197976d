import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
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
import { PATIENCE_MS } from '../support/patience.ts';
import { CHECKOUT, TestProcess } from '../support/process.ts';
import { codeOf, readMarkdown, rowsOf } from './markdown.ts';
import { programOf } from './program.ts';

/*
 * The TypeScript of docs/CLIENT.md, of the README and of examples/sdk/ runs here as it stands, at a server of the test.
 */

/** Runs a program that imports the library, with more patience than its reader needs; returns what it prints. */
async function run(program: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  await using folder = await TestFolder.make();
  const patience = `deadlineMs: ${PATIENCE_MS},`;
  const patient = program
    .replaceAll('new Herd({', `new Herd({ ${patience} attemptMs: ${PATIENCE_MS},`)
    .replaceAll('new TcpHerd({', `new TcpHerd({ ${patience}`);
  await writeFile(join(folder.path, 'program.ts'), patient);
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
  await using node = new TestProcess(process.execPath, [join(folder.path, 'program.mjs')], { env });
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
  const program = (await programOf('docs/CLIENT.md', 'README.md'))
    .replace(/127\.0\.0\.1:136\d\d/g, formatAddress(server.gateway))
    .replace(/127\.0\.0\.1:116\d\d/g, formatAddress(server.clients));
  const printed = await run(program);
  assert.match(printed, /^\{\n +client: 'kiwi',\n +latitude: 34\.06893,/);
  assert.match(printed, /^emu 11\d\.\d+$/m, 'who is near');
  assert.match(printed, /^Santa Monica \d+/m);
  assert.match(printed, /^3 0 0$/m, 'what was enqueued');
  assert.match(printed, /^invalid-argument latitude: found 95, expected -90 to 90$/m);
  assert.match(printed, /^Riley true kiwi 3$/m, 'over TCP');
  assert.equal(printed.match(/latitude: 34\.06893,/g)?.length, 2, 'the README does the same');

  const depot = await readFile(join(CHECKOUT, 'examples/sdk/depot.ts'), 'utf8');
  assert.equal(
    await run(depot, { SERVERS: `http://${formatAddress(server.gateway)}` }),
    'van-1 comes in\nvan-1 goes out\nvan-2 comes in\nvan-2 goes out\n{ confirmed: 22, dropped: 0, unsent: 0 }\n',
  );
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
