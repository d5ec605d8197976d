import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { formatHeader } from './file-header.ts';
import { frameOf } from './frame.ts';
import { FOLDER } from './journal-bench.test.ts';
import { logName, partName, snapshotName } from './journal-file-name.ts';
import { MemoryStorage } from './memory-storage.test.ts';
import { openJournal } from './open-journal.ts';

const RILEY = { herd: 'herd', server: 'Riley', epoch: 'e9' };
const LIMIT = 2 ** 28;

function logOf(owner: typeof RILEY, head: number, ...lines: readonly string[]): Buffer {
  return Buffer.concat([
    frameOf(formatHeader({ kind: 'log', ...owner, head })),
    ...lines.map(frameOf),
  ]);
}

function snapshotOf(owner: typeof RILEY, head: number): Buffer {
  return frameOf(formatHeader({ kind: 'snapshot', ...owner, head }));
}

function storageOf(files: Readonly<Record<string, Buffer>>): MemoryStorage {
  const storage = new MemoryStorage();
  for (const [name, bytes] of Object.entries(files)) storage.files.set(name, bytes);
  return storage;
}

describe('a journal that is opened', () => {
  test('is begun where there is none', async () => {
    const storage = new MemoryStorage();
    const { head, files, log } = await openJournal(storage, FOLDER, RILEY);
    assert.deepEqual([head, files, log.number], [0, [], 1]);
    assert.deepEqual([...storage.files.keys()], [logName(1, LIMIT)]);
    assert.deepEqual(storage.files.get(logName(1, LIMIT)), logOf(RILEY, 0));
  });

  test('has its log under its name only when the header is on disk', async () => {
    const storage = new MemoryStorage();
    await openJournal(storage, FOLDER, RILEY);
    const name = logName(1, LIMIT);
    const part = partName(name);
    assert.deepEqual(storage.done, [
      `create ${part}`,
      `write ${part}`,
      `sync ${part}`,
      `rename ${part} ${name}`,
      'sync names',
    ]);
  });

  test('goes on with seqs after all that a log can hold, and where it was after one that is empty', async () => {
    const full = logName(1, 1000);
    const storage = storageOf({ [full]: logOf(RILEY, 5, 'CHANGES 6 1 1') });
    const { head, log } = await openJournal(storage, FOLDER, { ...RILEY, epoch: 'e10' });
    assert.deepEqual([head, log.number, log.limit], [1000, 2, 1000 + LIMIT]);
    const again = await openJournal(storage, FOLDER, { ...RILEY, epoch: 'e11' });
    assert.deepEqual([again.head, again.log.number], [1000, 3]);
    assert.deepEqual(
      again.files.map(({ name, header }) => [name, header?.head]),
      [
        [full, 5],
        [logName(2, 1000 + LIMIT), 1000],
      ],
    );
  });

  test('is read from its newest snapshot on; what is older, and what a crash left, is removed', async () => {
    const storage = storageOf({
      [logName(4, 500)]: logOf(RILEY, 400, 'AT'),
      [snapshotName(2)]: snapshotOf(RILEY, 100),
      [logName(3, 400)]: logOf(RILEY, 300, 'AT'),
      [snapshotName(3)]: snapshotOf(RILEY, 300),
      [logName(2, 300)]: logOf(RILEY, 100, 'AT'),
      [partName(snapshotName(4))]: Buffer.from('half a'),
      'lost+found': Buffer.alloc(0),
    });
    const { head, files, log } = await openJournal(storage, FOLDER, RILEY);
    const names = [snapshotName(3), logName(3, 400), logName(4, 500)];
    assert.deepEqual(
      files.map(({ name }) => name),
      names,
    );
    assert.equal(head, 500);
    const all = [...names, logName(log.number, log.limit), 'lost+found'];
    assert.deepEqual([...storage.files.keys()].sort(), all.sort());
  });
});

describe('what is no journal of this server is refused, and stays as it was', () => {
  const other = { ...RILEY, server: 'Jaquez' };
  const newer = Buffer.from(formatHeader({ kind: 'log', ...RILEY, head: 0 }));
  const cases: readonly (readonly [string, Record<string, Buffer>, string, RegExp])[] = [
    [
      'that of another server',
      { [logName(1, 9)]: logOf(other, 0) },
      'JOURNAL_FOREIGN',
      /it is that of Jaquez of herd herd/,
    ],
    [
      'that of another herd',
      {
        [snapshotName(1)]: snapshotOf({ ...RILEY, herd: 'cows' }, 0),
        [logName(1, 9)]: logOf(RILEY, 0),
      },
      'JOURNAL_FOREIGN',
      /it is that of Riley of herd cows/,
    ],
    [
      'one of a newer version',
      { [logName(1, 9)]: frameOf(newer.toString().replace('"format":4', '"format":5')) },
      'JOURNAL_FOREIGN',
      /its format is 5, and this version reads 4 alone/,
    ],
    [
      'one in LevelDB',
      { CURRENT: Buffer.from('MANIFEST-000002\n'), 'MANIFEST-000002': Buffer.from('x') },
      'JOURNAL_FOREIGN',
      /it has CURRENT: it is in LevelDB, as those of older versions/,
    ],
    ['anything else', { 'notes.txt': Buffer.from('x') }, 'JOURNAL_FOREIGN', /it has "notes.txt"/],
    [
      'one of which no header is whole',
      { [logName(1, 9)]: logOf(RILEY, 0).subarray(1) },
      'JOURNAL_CORRUPT',
      /the beginning of 00000001-\d+\.log is damaged/,
    ],
  ];
  for (const [what, files, code, message] of cases) {
    test(what, async () => {
      const storage = storageOf(files);
      const opened = openJournal(storage, FOLDER, RILEY);
      await assert.rejects(opened, { name: 'JournalError', code, message });
      assert.deepEqual(Object.fromEntries(storage.files), files);
      assert.deepEqual(storage.done, []);
    });
  }
});
