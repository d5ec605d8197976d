import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import {
  mkdtemp,
  mkdir,
  open as openFile,
  readdir,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { crc32 } from 'node:zlib';

import { ClassicLevel } from 'classic-level';
import fc from 'fast-check';

import { changesOf, locationOf, slotsOf } from './journal-bench.test.ts';
import { JournalError, type JournalErrorCode } from './journal-errors.ts';
import { makeSegments, type Segment } from './journal-segments.ts';
import { LevelStorage, type JournalOwner } from './level-storage.ts';
import { LocationStore } from '../store/store.ts';

const RILEY: JournalOwner = { herd: 'herd', server: 'Riley', epoch: 'first' };

/** A segment of clients whose changes have the numbers from `first` on, and what it should hold. */
function segmentOf(clients: readonly string[], first: number): [Segment, string[]] {
  const store = new LocationStore('any', { head: first - 1, past: [] });
  for (const client of clients) store.apply(locationOf(client, 1));
  const [segment] = makeSegments(store, slotsOf(store), clients.length);
  assert.ok(segment);
  return [segment, changesOf(store)];
}

const ends = new WeakMap<TestContext, (() => unknown)[]>();

/** Has `end` called when the test ends: the last one first, unlike `t.after`. */
function atEnd(t: TestContext, end: () => unknown): void {
  const those = ends.get(t) ?? [];
  if (those.length === 0) {
    ends.set(t, those);
    t.after(async () => {
      for (const next of those.toReversed()) await next();
    });
  }
  those.push(end);
}

/** A folder of this test's own, which goes when it ends. */
async function makeFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'proxy-herd-'));
  atEnd(t, () => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens a journal, which is closed when the test ends. */
async function open(t: TestContext, folder: string, owner = RILEY): Promise<LevelStorage> {
  const storage = await LevelStorage.open(folder, owner);
  atEnd(t, () => storage.close());
  return storage;
}

/** Writes a segment up to which the journal is complete then. */
function keep(storage: LevelStorage, segment: Segment, head: number): Promise<void> {
  return storage.write({ removed: [], segments: [segment], state: { head, read: {} } });
}

/** What a journal holds, in its order. */
async function contentsOf(storage: LevelStorage): Promise<string[]> {
  const store = new LocationStore('now', storage.history);
  await storage.restore(store);
  return changesOf(store);
}

async function assertRefused(
  folder: string,
  code: JournalErrorCode,
  detail: RegExp,
  owner = RILEY,
): Promise<void> {
  await assert.rejects(LevelStorage.open(folder, owner), (error) => {
    assert.ok(error instanceof JournalError);
    assert.equal(error.code, code, error.message);
    assert.match(error.message, detail);
    assert.ok(error.message.startsWith(`the journal ${folder}: `), error.message);
    assert.doesNotMatch(error.message, /\n/);
    return true;
  });
}

describe('a journal', () => {
  test('that is new holds nothing, and makes its folder', async (t) => {
    const storage = await open(t, join(await makeFolder(t), 'data', 'Riley'));
    assert.deepEqual(storage.state, { head: 0, read: {} });
    assert.deepEqual(storage.history, { head: 0, past: [] });
    assert.deepEqual(await contentsOf(storage), []);
    assert.equal(storage.lossy, false);
  });

  test('gives back what was written, and goes on from there in each next life', async (t) => {
    const folder = await makeFolder(t);
    const positions = { Jaquez: { epoch: 'theirs', number: 12 } };
    const first = await LevelStorage.open(folder, RILEY);
    const [early, [kiwi, emu]] = segmentOf(['kiwi', 'emu'], 1);
    await first.write({ removed: [], segments: [early], state: { head: 2, read: {} } });
    const [late, [again]] = segmentOf(['kiwi'], 5);
    await first.write({ removed: [], segments: [late], state: { head: 5, read: positions } });
    await first.close();

    const second = await LevelStorage.open(folder, { ...RILEY, epoch: 'second' });
    assert.deepEqual(second.state, { head: 5, read: positions });
    assert.deepEqual(second.history, { head: 5, past: [{ epoch: 'first', number: 5 }] });
    assert.ok(kiwi);
    assert.deepEqual(await contentsOf(second), [emu, again]);
    const state = { head: 9, read: positions };
    const [whole, all] = segmentOf(['emu', 'kiwi'], 8);
    await second.write({ removed: [early.span, late.span], segments: [whole], state });
    await second.close();

    const third = await open(t, folder, { ...RILEY, epoch: 'third' });
    assert.deepEqual(third.history.past, [
      { epoch: 'first', number: 5 },
      { epoch: 'second', number: 9 },
    ]);
    assert.deepEqual(await contentsOf(third), all);
  });

  test('removes before it writes', async (t) => {
    const folder = await makeFolder(t);
    const storage = await LevelStorage.open(folder, RILEY);
    const [segment, changes] = segmentOf(['kiwi'], 1);
    await storage.write({
      removed: [segment.span],
      segments: [segment],
      state: { head: 1, read: {} },
    });
    await storage.close();
    assert.deepEqual(await contentsOf(await open(t, folder)), changes);
  });

  test('keeps segments in the order of their numbers', async (t) => {
    const folder = await makeFolder(t);
    const storage = await LevelStorage.open(folder, RILEY);
    const starts = [1, 9, 10, 99, 1e6, 2 ** 40, 1e15 - 2];
    const made = starts.map((first, n) => segmentOf([`client-${n}`], first));
    const segments = made.map(([segment]) => segment).toReversed();
    await storage.write({ removed: [], segments, state: { head: 1e15 - 1, read: {} } });
    await storage.close();
    const again = await open(t, folder);
    const store = new LocationStore('now', again.history);
    const spans = await again.restore(store);
    assert.deepEqual(
      spans,
      made.map(([{ span }]) => span),
    );
    assert.deepEqual(
      changesOf(store),
      made.flatMap(([, changes]) => changes),
    );
  });

  test('keeps IDs of any bytes, and of 4,000', async (t) => {
    const folder = await makeFolder(t);
    const storage = await LevelStorage.open(folder, RILEY);
    const id = fc.uint8Array({ minLength: 1, maxLength: 30 }).map((bytes) =>
      Buffer.from(bytes)
        .toString('latin1')
        .replaceAll(/[\t-\r ]/g, '_'),
    );
    const ids = new Set(fc.sample(id, { numRuns: 300, seed: 31 }));
    for (const more of ['@', 'A', 'state', '\0', '\xff', '\x80', '\xff'.repeat(4000)])
      ids.add(more);
    const [segment, changes] = segmentOf([...ids], 1);
    await keep(storage, segment, ids.size);
    await storage.close();
    assert.equal(changes.length, ids.size);
    assert.deepEqual(await contentsOf(await open(t, folder)), changes);
  });

  test('is refused while another one has it', async (t) => {
    const folder = await makeFolder(t);
    await open(t, folder);
    await assertRefused(folder, 'JOURNAL_LOCKED', /another process has it open/);
  });

  test('is refused while another process has it, and not once that was killed', async (t) => {
    const folder = await makeFolder(t);
    const program = `
      import { LevelStorage } from ${JSON.stringify(new URL('level-storage.js', import.meta.url))};
      await LevelStorage.open(${JSON.stringify(folder)}, ${JSON.stringify(RILEY)});
      console.log('open');
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    atEnd(t, () => child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    await assertRefused(folder, 'JOURNAL_LOCKED', /another process has it open/);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await open(t, folder);
  });
});

describe('a journal of somebody else', () => {
  test('of another server', async (t) => {
    const folder = await makeFolder(t);
    await (await LevelStorage.open(folder, { ...RILEY, server: 'Jaquez' })).close();
    await assertRefused(folder, 'JOURNAL_FOREIGN', /that of Jaquez of herd herd/);
  });

  test('of another herd', async (t) => {
    const folder = await makeFolder(t);
    await (await LevelStorage.open(folder, { ...RILEY, herd: 'other' })).close();
    await assertRefused(folder, 'JOURNAL_FOREIGN', /that of Riley of herd other/);
  });

  test('that is a database of another program', async (t) => {
    const folder = await makeFolder(t);
    const other = new ClassicLevel(folder);
    await other.put('their key', 'their value');
    await other.close();
    await assertRefused(folder, 'JOURNAL_FOREIGN', /it holds "their key"/);
  });

  test('of the format before this', async (t) => {
    const folder = await makeFolder(t);
    const text =
      '{"format":1,"herd":"herd","server":"Riley","epoch":"e","head":0,"past":[],"read":{}}';
    const level = new ClassicLevel(folder);
    await level.put('state', `${crc32(text)} ${text}`);
    await level.close();
    await assertRefused(folder, 'JOURNAL_FOREIGN', /its format is 1, and this version reads 2/);
  });

  test('stays as it was', async (t) => {
    const folder = await makeFolder(t);
    const jaquez = { ...RILEY, server: 'Jaquez' };
    const storage = await LevelStorage.open(folder, jaquez);
    const [segment, changes] = segmentOf(['kiwi'], 1);
    await keep(storage, segment, 1);
    await storage.close();
    await assertRefused(folder, 'JOURNAL_FOREIGN', /that of Jaquez/);
    assert.deepEqual(await contentsOf(await open(t, folder, jaquez)), changes);
  });
});

describe('a folder that cannot be used', () => {
  test('since it is a file', async (t) => {
    const file = join(await makeFolder(t), 'data');
    await writeFile(file, 'no folder');
    await assertRefused(file, 'JOURNAL_UNWRITABLE', /EEXIST/);
  });

  test('since it is read-only', async (t) => {
    const folder = await makeFolder(t);
    await (await LevelStorage.open(folder, RILEY)).close();
    // Permissions do not stop root.
    if (!mount(t, folder, '--bind', folder)) return;
    execFileSync('mount', ['-o', 'remount,ro,bind', folder]);
    await assertRefused(folder, 'JOURNAL_UNWRITABLE', /Read-only file system/);
  });
});

/** Mounts a disk, which is unmounted when the test ends; skips the test where that is not allowed. */
function mount(t: TestContext, folder: string, ...options: readonly string[]): boolean {
  try {
    execFileSync('mount', [...options, folder], { stdio: 'pipe' });
    atEnd(t, () => execFileSync('umount', ['-l', folder]));
    return true;
  } catch (error) {
    t.skip(`cannot mount: ${String(error).split('\n')[0]}`);
    return false;
  }
}

describe('a damaged journal', () => {
  const CLIENTS = Array.from({ length: 5000 }, (_, index) => `client-${index}`);

  /** Writes a journal: its segments are in a table or, all in one write each, in LevelDB's log. */
  async function make(t: TestContext, where: 'table' | 'log'): Promise<string> {
    const folder = await makeFolder(t);
    const storage = await LevelStorage.open(folder, RILEY);
    const read = { Jaquez: { epoch: 'theirs', number: 3 } };
    for (let start = 0; start < CLIENTS.length; start += 500) {
      const [segment] = segmentOf(CLIENTS.slice(start, start + 500), start + 1);
      await storage.write({ removed: [], segments: [segment], state: { head: start + 500, read } });
    }
    await storage.close();
    if (where === 'log') return folder;
    const level = new ClassicLevel(folder);
    await level.compactRange('', '~');
    await level.close();
    return folder;
  }

  async function fileOf(folder: string, name: RegExp): Promise<string> {
    const files = (await readdir(folder)).filter((file) => name.test(file));
    const sizes = await Promise.all(files.map((file) => stat(join(folder, file))));
    const largest = sizes.toSorted((a, b) => b.size - a.size)[0];
    const index = sizes.findIndex((size) => size === largest);
    return join(folder, files[index] ?? assert.fail(`no file ${String(name)}`));
  }

  /** Changes one bit, that many tenths into the file. */
  async function flip(file: string, tenths: number): Promise<void> {
    const handle = await openFile(file, 'r+');
    try {
      const at = Math.floor(((await handle.stat()).size * tenths) / 10);
      const byte = Buffer.alloc(1);
      await handle.read(byte, 0, 1, at);
      byte.writeUInt8(byte.readUInt8() ^ 4);
      await handle.write(byte, 0, 1, at);
    } finally {
      await handle.close();
    }
  }

  const refused: [what: string, damage: (folder: string) => Promise<void>, detail: RegExp][] = [
    ['CURRENT is missing', (f) => rm(join(f, 'CURRENT')), /but no CURRENT/],
    ['CURRENT is empty', (f) => writeFile(join(f, 'CURRENT'), ''), /CURRENT names ""/],
    ['CURRENT is another text', (f) => writeFile(join(f, 'CURRENT'), 'x\n'), /CURRENT names "x"/],
    ['CURRENT has no end', (f) => truncate(join(f, 'CURRENT'), 15), /CURRENT/],
    ['MANIFEST is missing', async (f) => rm(await fileOf(f, /^MANIFEST/)), /CURRENT names "MANIF/],
    ['MANIFEST is empty', async (f) => truncate(await fileOf(f, /^MANIFEST/)), /Corruption/],
    ['MANIFEST is damaged', async (f) => flip(await fileOf(f, /^MANIFEST/), 5), /Corruption/],
    ['a table is missing', async (f) => rm(await fileOf(f, /\.ldb$/)), /1 missing files/],
    ['a table is cut off', async (f) => truncate(await fileOf(f, /\.ldb$/), 2000), /\.ldb/],
    ['a table is empty', async (f) => truncate(await fileOf(f, /\.ldb$/), 0), /\.ldb/],
  ];
  for (const [what, damage, detail] of refused) {
    test(`is refused: ${what}`, async (t) => {
      const folder = await make(t, 'table');
      await damage(folder);
      await assertRefused(folder, 'JOURNAL_CORRUPT', detail);
      const files = await readdir(folder);
      await assertRefused(folder, 'JOURNAL_CORRUPT', detail);
      assert.ok(files.length > 0, 'what is left is left alone');
    });
  }

  for (const tenths of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]) {
    test(`gives nothing wrong: a bit ${tenths} tenths into a table`, async (t) => {
      const original = await make(t, 'table');
      const folder = join(await makeFolder(t), 'copy');
      cpSync(original, folder, { recursive: true });
      await flip(await fileOf(folder, /\.ldb$/), tenths);
      await assert.rejects(
        async () => {
          const storage = await open(t, folder);
          await contentsOf(storage);
        },
        { name: 'JournalError', code: 'JOURNAL_CORRUPT' },
      );
    });
  }

  test('is refused: a segment that does not go with the state', async (t) => {
    const storage = await open(t, await makeFolder(t));
    const [segment] = segmentOf(['kiwi', 'emu'], 1);
    await keep(storage, segment, 1);
    await assert.rejects(contentsOf(storage), {
      code: 'JOURNAL_CORRUPT',
      message: /the segment 0000000000000001 is damaged/,
    });
  });

  for (const tenths of [1, 5, 9]) {
    test(`tells that it has lost writes: a bit ${tenths} tenths into LevelDB's log`, async (t) => {
      const folder = await make(t, 'log');
      await flip(await fileOf(folder, /\.log$/), tenths);
      const storage = await open(t, folder);
      assert.equal(storage.lossy, true);
      assert.ok((await contentsOf(storage)).length < CLIENTS.length);
      // It cannot know what it lost of what neighbours said: they have to say all again.
      assert.deepEqual(storage.state.read, {});
      await storage.close();
      const again = await open(t, folder);
      assert.equal(again.lossy, false);
      assert.deepEqual(again.state.read, {});
    });
  }

  test("loses only its last write where LevelDB's log is cut off, as by a loss of power", async (t) => {
    const folder = await make(t, 'log');
    const log = await fileOf(folder, /\.log$/);
    await truncate(log, (await stat(log)).size - 100);
    const storage = await open(t, folder);
    assert.equal(storage.lossy, false);
    assert.equal(storage.state.head, CLIENTS.length - 500);
    assert.equal((await contentsOf(storage)).length, CLIENTS.length - 500);
  });

  test('is begun anew where its folder was emptied', async (t) => {
    const folder = await make(t, 'table');
    await rm(folder, { recursive: true });
    await mkdir(folder);
    const storage = await open(t, folder);
    assert.deepEqual(storage.history, { head: 0, past: [] });
  });
});

describe('a full disk', { timeout: 60_000 }, () => {
  test('fails writes, each whole, until there is room again', async (t) => {
    const disk = await makeFolder(t);
    if (!mount(t, disk, '-t', 'tmpfs', '-o', 'size=8m', 'tmpfs')) return;
    const storage = await LevelStorage.open(join(disk, 'Riley'), RILEY);
    atEnd(t, () => storage.close());
    const ballast = join(disk, 'ballast');
    await writeFile(ballast, Buffer.alloc(4 * 1024 * 1024));
    let number = 0;
    const write = async (): Promise<void> => {
      const clients = Array.from({ length: 500 }, (_, n) => `client-${number + n}`);
      const [segment] = segmentOf(clients, number + 1);
      number += clients.length;
      await keep(storage, segment, number);
    };
    let safe = 0;
    await assert.rejects(
      async () => {
        for (;;) {
          await write();
          safe = number;
        }
      },
      { name: 'JournalError', code: 'JOURNAL_UNWRITABLE', message: /No space left on device/ },
    );
    assert.ok(safe > 0);
    await assert.rejects(write(), { code: 'JOURNAL_UNWRITABLE' });
    await rm(ballast);
    const before = number;
    await write();
    await storage.close();
    const again = await open(t, join(disk, 'Riley'), { ...RILEY, epoch: 'second' });
    assert.equal(again.lossy, false);
    assert.equal(again.state.head, number);
    const numbers = new Set((await contentsOf(again)).map((line) => Number.parseInt(line, 10)));
    for (let n = 1; n <= safe; n++) assert.ok(numbers.has(n), `${n} is missing`);
    for (let n = before + 1; n <= number; n++) assert.ok(numbers.has(n), `${n} is missing`);
  });
});
