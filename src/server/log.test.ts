import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';

import { LogError } from './errors.ts';
import { readableText } from '../protocol/readable-text.ts';
import { type Log, openLog } from './log.ts';

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proxy-herd-log-'));
});
after(() => rm(folder, { recursive: true, force: true }));

async function linesOf(file: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(file, 'utf8');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Waits until a file has a line of an event. */
async function until(file: string, event: string): Promise<void> {
  for (;;) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text.includes(`"event":"${event}"`) && text.endsWith('\n')) return;
    await setTimeout(5);
  }
}

/** Writes until a line is in a file. */
async function untilWritten(log: Log, file: string): Promise<void> {
  while ((await readFile(file, 'utf8').catch(() => '')) === '') {
    log.write({ event: 'places-forgotten' });
    await setTimeout(5);
  }
}

const fail = (detail: string): void => assert.fail(detail);

describe('a log file', { timeout: 60_000 }, () => {
  test('has an object a line, with its time and level', async () => {
    const file = join(folder, 'made', 'on the way', 'Riley.log');
    const log = await openLog(file, 'info', fail);
    const earliest = Date.now();
    log.write({ event: 'handshake-failed', address: 'x', detail: 'IAMAT キウイ "\n' });
    log.write({ event: 'link-down', neighbour: 'Jaquez', code: 'closed', detail: 'reset' });
    await log.close();
    const [failed, down, ...more] = await linesOf(file);
    assert.ok(failed && down);
    const { time, ...rest } = failed;
    assert.deepEqual(rest, {
      level: 'warn',
      event: 'handshake-failed',
      address: 'x',
      detail: 'IAMAT キウイ "\n',
    });
    const written = Date.parse(String(time));
    assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.ok(written >= earliest && written <= Date.now());
    assert.equal(down['level'], 'warn');
    assert.deepEqual(more, []);
  });

  const received: [what: string, bytes: Buffer, text: string][] = [
    ['one command', Buffer.from('IAMAT kiwi +1+1 1'), 'IAMAT kiwi +1+1 1'],
    ['more than one', Buffer.from('one\ntwo\n'), 'one\ntwo'],
    ['what JSON escapes', Buffer.from('a"b\\c\td\r\n\x00\x1f\x7f\n'), 'a"b\\c\td\r\n\x00\x1f\x7f'],
    ['UTF-8', Buffer.from('キウイ\ncafé\n'), 'キウイ\ncafé'],
    ['UTF-8 beside what is not', Buffer.from('caf\xc3\xa9\nb\xff\n', 'latin1'), 'café\nb\xff'],
    ['nothing', Buffer.of(), ''],
    ['a | in the one that there is', Buffer.from('a|b\n'), 'a|b\n'],
    ['a | in one of more', Buffer.from('a|b\nc\n'), 'a|b\nc'],
    ['a | beside what JSON escapes', Buffer.from('a|"\n'), 'a|"\n'],
  ];
  for (const [what, bytes, text] of received) {
    test(`has what was received and sent: ${what}`, async () => {
      const file = join(folder, `received ${what}.log`);
      const log = await openLog(file, 'info', fail);
      log.writeText('replies', 7, bytes, 1000);
      await log.close();
      const [{ time, ...rest } = {}] = await linesOf(file);
      assert.ok(time);
      assert.deepEqual(rest, { level: 'info', event: 'replies', connection: 7, text, bytes: 1000 });
    });
  }

  test('has lines that are copied as they are, with a | between any two', async () => {
    const file = join(folder, 'plain.log');
    const log = await openLog(file, 'info', fail);
    const bytes = Buffer.from('before\none\ntwo\nthree\nafter');
    const ends = Int32Array.of(10, 14, 20, 99);
    log.writePlain('commands', 7, { bytes, start: 7, end: 20, ends, count: 3 });
    log.writePlain('replies', 7, { bytes, start: 7, end: 10, ends, count: 1 });
    await log.close();
    const texts = (await linesOf(file)).map(({ text, bytes: length }) => [text, length]);
    assert.deepEqual(texts, [
      ['one|two|three', 13],
      ['one', 4],
    ]);
    assert.equal(bytes.toString(), 'before\none\ntwo\nthree\nafter', 'the bytes stay as they were');
  });

  test('has what matters as much as its level asks for, which can change', async () => {
    const file = join(folder, 'level.log');
    const log = await openLog(file, 'warn', fail);
    const writeAll = (): void => {
      log.write({ event: 'places-forgotten' });
      log.writeText('commands', 1, Buffer.from('one\n'), 4);
      log.write({ event: 'log-dropped', lines: 1 });
      log.write({ event: 'journal-failed', detail: 'a disk' });
    };
    writeAll();
    log.setLevel('error');
    writeAll();
    log.setLevel('info');
    writeAll();
    await log.close();
    const events = (await linesOf(file)).map(({ event }) => event);
    const all = ['places-forgotten', 'commands', 'log-dropped', 'journal-failed'];
    assert.deepEqual(events, ['log-dropped', 'journal-failed', 'journal-failed', ...all]);
  });

  test('is appended to', async () => {
    const file = join(folder, 'appended.log');
    for (const connection of [1, 2]) {
      const log = await openLog(file, 'info', fail);
      log.write({ event: 'connection-closed', connection, detail: 'ended' });
      await log.close();
    }
    assert.deepEqual(
      (await linesOf(file)).map((line) => line['connection']),
      [1, 2],
    );
  });

  test('has all that was written before it closed, and nothing of what came after', async () => {
    const file = join(folder, 'closed.log');
    const log = await openLog(file, 'info', fail);
    const connections = Array.from({ length: 5000 }, (_, connection) => connection);
    for (const connection of connections) {
      log.write({ event: 'connection-closed', connection, detail: 'ended' });
    }
    const closed = log.close();
    log.write({ event: 'stop' });
    await closed;
    log.write({ event: 'stop' });
    assert.deepEqual(
      (await linesOf(file)).map((line) => line['connection']),
      connections,
    );
  });

  test('that was renamed is opened anew', async () => {
    const file = join(folder, 'Bernard.log');
    const log = await openLog(file, 'info', fail);
    log.write({ event: 'connection-closed', connection: 1, detail: 'ended' });
    await rename(file, `${file}.1`);
    log.reopen();
    log.write({ event: 'stop' });
    await until(file, 'stop');
    log.write({ event: 'connection-closed', connection: 2, detail: 'ended' });
    await log.close();
    assert.deepEqual(
      (await linesOf(`${file}.1`)).map((line) => line['connection']),
      [1],
    );
    assert.deepEqual(
      (await linesOf(file)).map((line) => line['connection']),
      [undefined, 2],
    );
  });

  test('says how many lines were dropped, where the disk is too slow for them', async () => {
    const file = join(folder, 'busy.log');
    const log = await openLog(file, 'info', fail);
    const text = Buffer.alloc(1024 * 1024, 'x');
    const count = 40;
    for (let i = 0; i < count; i++) log.writeText('commands', i, text, text.length);
    await until(file, 'log-dropped');
    await log.close();
    const lines = await linesOf(file);
    const dropped = lines.at(-1)?.['lines'];
    assert.equal(lines.length - 1 + Number(dropped), count);
  });

  test('whose folder was removed is reported, and made again', async () => {
    const file = join(folder, 'removed', 'Riley.log');
    const troubles: string[] = [];
    const log = await openLog(file, 'info', (detail) => troubles.push(detail));
    await rm(dirname(file), { recursive: true });
    await untilWritten(log, file);
    await log.close();
    assert.deepEqual(troubles, [`the log ${file} was removed; it is made again`]);
  });

  test('whose folder is gone when it is opened anew makes it again', async () => {
    const file = join(folder, 'moved', 'Riley.log');
    const log = await openLog(file, 'info', fail);
    await rename(dirname(file), join(folder, 'moved away'));
    log.reopen();
    await untilWritten(log, file);
    await log.close();
  });

  test('that cannot be opened anew goes on in the old file, is reported once, and tried again', async () => {
    const file = join(folder, 'blocked', 'Riley.log');
    const troubles: string[] = [];
    const log = await openLog(file, 'info', (detail) => troubles.push(detail));
    const away = join(folder, 'blocked away');
    await rename(dirname(file), away);
    await writeFile(dirname(file), 'in the way');
    log.reopen();
    while (troubles.length === 0) await setTimeout(5);
    log.reopen();
    await untilWritten(log, join(away, 'Riley.log'));
    await rm(dirname(file));
    await untilWritten(log, file);
    await log.close();
    assert.equal(troubles.length, 1);
    assert.match(troubles[0] ?? '', /Riley\.log cannot be opened anew: /);
  });

  test('that another process writes to is reported, once', async () => {
    const file = join(folder, 'shared.log');
    const troubles: string[] = [];
    const log = await openLog(file, 'info', (detail) => troubles.push(detail));
    while (troubles.length === 0) {
      await appendFile(file, '{"event":"of another herd"}\n');
      log.write({ event: 'places-forgotten' });
      await setTimeout(5);
    }
    await log.close();
    assert.match(
      troubles.join('\n'),
      /^another process writes to the log .*shared\.log as well: .* logs$/,
    );
  });

  test('that cannot be opened is an error with its name', async () => {
    const file = join(folder, 'no-folder');
    await writeFile(file, '');
    await assert.rejects(openLog(join(file, 'Riley.log'), 'info', fail), (error) => {
      assert.ok(error instanceof LogError);
      assert.equal(error.code, 'LOG_UNWRITABLE');
      assert.ok(error.message.includes(join(file, 'Riley.log')));
      return true;
    });
  });
});

describe('text as it is to be read', () => {
  const texts: [what: string, bytes: Buffer, text: string][] = [
    ['ASCII', Buffer.from('IAMAT kiwi\r\t\0'), 'IAMAT kiwi\r\t\0'],
    ['UTF-8', Buffer.from('キウイ 🥝 café'), 'キウイ 🥝 café'],
    ['text that is not UTF-8', Buffer.of(0x63, 0xff, 0x80), 'c\xff\x80'],
    ['UTF-8 with a byte too many', Buffer.of(0xc3, 0xa9, 0xc3), '\xc3\xa9\xc3'],
    ['nothing', Buffer.of(), ''],
  ];
  for (const [what, bytes, text] of texts) {
    test(what, () => assert.equal(readableText(bytes.toString('latin1')), text));
  }
});
