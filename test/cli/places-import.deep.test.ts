import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { finished } from 'node:stream/promises';
import { promisify } from 'node:util';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestFolder } from '../support/folder.ts';
import { CHECKOUT, IS_ON_BUN, RUNTIME, startCli, TestProcess } from '../support/process.ts';
import { plain } from '../support/terminal.ts';

test('Ctrl-C ends an import in its midst, and leaves what was there', async () => {
  await using folder = await TestFolder.make();
  const input = join(folder.path, 'endless.csv');
  await promisify(execFile)('mkfifo', [input]);
  await writeFile(join(folder.path, 'endless.index'), 'old');
  const importing = startCli(['places', 'import', input]);
  try {
    await using pipe = await open(input, 'w');
    await pipe.writeFile('name,lat,lon\nA,1,2\n');
    await eventuallyTrue('a folder of the import', async () => {
      return (await readdir(folder.path)).length === 3;
    });
    importing.signal('SIGINT');
    // It stops at the next chunk that it reads; when the signal has reached it is not known.
    const rows = setInterval(() => void pipe.write('A,1,2\n').catch(() => undefined), 10);
    const { code, stdout, stderr } = await importing.finished().finally(() => clearInterval(rows));
    assert.deepEqual(
      { code, stdout, stderr },
      { code: 1, stdout: '', stderr: 'proxy-herd: stopped: nothing was written\n' },
    );
    assert.deepEqual((await readdir(folder.path)).toSorted(), ['endless.csv', 'endless.index']);
  } finally {
    await importing.stop();
  }
});

const PLACES = 1_000_000;
/**
 * What an import may take of memory that it writes to, Node's own included: the file alone is 90 MB, the index 100 MB, and so
 * many places as objects are far more than this.
 */
const DATA_BYTES = 400 * 1024 * 1024;

/** Writes places spread evenly around Berlin. */
async function writePlaces(path: string): Promise<void> {
  const file = createWriteStream(path);
  file.write('id,name,lat,lon,types,prominence,vicinity,phone\n');
  for (let n = 0; n < PLACES; n++) {
    const latitude = 52 + ((0.5 + n * 0.754_877_666_246_693) % 1) * 0.9;
    const longitude = 12.6 + ((0.5 + n * 0.569_840_290_998_053) % 1) * 1.5;
    const where = `${latitude.toFixed(7)},${longitude.toFixed(7)}`;
    const row = `p${n},The place number ${n},${where},cafe food,${n % 4},Street ${n % 999},+49 30 ${n}\n`;
    if (!file.write(row)) await once(file, 'drain');
  }
  file.end();
  await finished(file);
}

test('a million places fit into bounded memory, and a bar shows how far it is', async (t) => {
  if (process.platform !== 'linux' || IS_ON_BUN)
    return t.skip('the limit is one of Linux, for Node');
  await using folder = await TestFolder.make();
  const [input, output] = ['in.csv', 'out.index'].map((name) => join(folder.path, name));
  await writePlaces(input ?? '');
  const cli = join(CHECKOUT, 'dist/bin/main.js');
  const words = [
    'prlimit',
    `--data=${DATA_BYTES}`,
    RUNTIME,
    cli,
    'places',
    'import',
    input,
    '--out',
  ];
  const line = `exec ${[...words, output].map((word) => `'${word}'`).join(' ')}`;
  const args = ['--quiet', '--return', '--command', line, '/dev/null'];
  await using terminal = new TestProcess('script', args, { env: { SHELL: '/bin/sh' } });
  assert.deepEqual(await terminal.exited, { code: 0, signal: null }, terminal.stdout.slice(-500));
  const screen = plain(terminal.stdout);
  assert.match(screen, /out\.index: 1,000,000 places, \d+\.\d MB\n$/);
  const shares = Array.from(screen.matchAll(/█*░* +(\d+) % {2}reading, /g), ([, share]) =>
    Number(share),
  );
  assert.ok(shares.length > 10, screen.slice(0, 500));
  assert.deepEqual(
    shares,
    shares.toSorted((a, b) => a - b),
  );
});
