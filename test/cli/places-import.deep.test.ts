import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { open, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestFolder } from '../support/folder.ts';
import { startCli } from '../support/process.ts';

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
