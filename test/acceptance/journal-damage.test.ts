import assert from 'node:assert/strict';
import { readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { locate, moment, OPEN_SEA, report, say } from '../support/commands.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import type { TestProcess } from '../support/process.ts';
import { having, readLog, untilLink, untilLogged } from '../support/server-log.ts';

/** Each reported once the one before is on disk, so that each is in a write of its own. */
const CLIENTS = ['ant', 'bee', 'cat', 'dog', 'emu', 'fox'];
const PAIR = { servers: ['Riley', 'Jaquez'], links: [['Riley', 'Jaquez']] } as const;

async function kill(process: TestProcess): Promise<void> {
  process.signal('SIGKILL');
  await process.exited;
}

async function logs(herd: TestHerd): Promise<string[]> {
  const folder = join(herd.folder, 'data', 'Riley');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.log')).sort();
  return names.map((name) => join(folder, name));
}

/** A server of a herd that was killed when all clients were in its first log. */
async function makeKilled(spec: Partial<Parameters<typeof TestHerd.make>[0]> = {}) {
  const herd = await TestHerd.make({ servers: ['Riley'], acknowledge: 'journaled', ...spec });
  const riley = await herd.serve('Riley');
  for (const [n, client] of CLIENTS.entries()) {
    assert.match(await report(herd, 'Riley', client, moment(n)), /^AT /);
  }
  await kill(riley);
  const [log = ''] = await logs(herd);
  return { herd, log };
}

async function known(herd: TestHerd): Promise<string[]> {
  const found: string[] = [];
  for (const client of CLIENTS) {
    if ((await locate(herd, 'Riley', client)) !== undefined) found.push(client);
  }
  return found;
}

describe('a write that a crash cut off', () => {
  test('is cut, and reported once; what was written before is there', async () => {
    const made = await makeKilled();
    await using herd = made.herd;
    await truncate(made.log, (await stat(made.log)).size - 10);
    const riley = await herd.serve('Riley');
    assert.deepEqual(await known(herd), CLIENTS.slice(0, -1));
    const [cut] = await untilLogged(herd, 'Riley', { event: 'journal-cut', level: 'warn' });
    assert.match(String(cut?.['detail']), /\.log: the last \d+ bytes$/);
    await riley.waitFor(/Riley: the journal .* what was being written last was cut off/m, 'stderr');
    await report(herd, 'Riley', 'fox', moment(9));
    await kill(riley);

    await herd.serve('Riley');
    assert.deepEqual(await known(herd), CLIENTS);
    assert.equal(having(await readLog(herd.logFile('Riley')), { event: 'journal-cut' }).length, 1);
  });
});

describe('damage to what was written', () => {
  async function damage(file: string, client: string): Promise<void> {
    const bytes = await readFile(file);
    const at = bytes.indexOf(` ${client} `);
    bytes[at + 1] = (bytes[at + 1] ?? 0) ^ 1;
    await writeFile(file, bytes);
  }

  test('is reported, and costs only what it hits', async () => {
    const made = await makeKilled();
    await using herd = made.herd;
    await damage(made.log, 'cat');
    const riley = await herd.serve('Riley');
    assert.deepEqual(
      await known(herd),
      CLIENTS.filter((client) => client !== 'cat'),
    );
    const [damaged] = await untilLogged(herd, 'Riley', { event: 'journal-damaged' });
    assert.equal(damaged?.['level'], 'error');
    assert.match(String(damaged?.['detail']), /\.log: \d+ bytes are damaged$/);
    await riley.waitFor(/Riley: the journal .* is damaged: .*; what is whole is kept/m, 'stderr');

    // A snapshot takes the place of the damaged file, so that it is not reported again.
    await untilLogged(herd, 'Riley', { event: 'journal-snapshot' });
    await eventuallyTrue('the damaged file goes', async () => {
      return !(await logs(herd)).includes(made.log);
    });
    await kill(riley);
    await herd.serve('Riley');
    assert.equal((await known(herd)).length, CLIENTS.length - 1);
    const events = await readLog(herd.logFile('Riley'));
    assert.equal(having(events, { event: 'journal-damaged' }).length, 1);
  });

  test('has the neighbours send all that they have', async () => {
    const made = await makeKilled(PAIR);
    await using herd = made.herd;
    await herd.serve('Jaquez');
    const riley = await herd.serve('Riley');
    await untilLink(herd, 'Riley', 'Jaquez', 'link-up');
    await eventuallyTrue('Jaquez knows all', async () => {
      return (await locate(herd, 'Jaquez', 'fox')) !== undefined;
    });
    await kill(riley);
    await damage(made.log, 'cat');
    await herd.serve('Riley');
    await untilLogged(herd, 'Riley', { event: 'journal-damaged' });
    await eventuallyTrue('Riley knows it again', async () => {
      return (await locate(herd, 'Riley', 'cat')) !== undefined;
    });
  });

  test('is a log that is missing between others, too', async () => {
    const made = await makeKilled();
    await using herd = made.herd;
    for (const client of ['gnu', 'hen']) {
      const riley = await herd.serve('Riley');
      await report(herd, 'Riley', client, moment(0));
      await kill(riley);
    }
    const [, second = ''] = await logs(herd);
    await rm(second);
    await herd.serve('Riley');
    assert.deepEqual(await known(herd), CLIENTS);
    assert.equal(await locate(herd, 'Riley', 'gnu'), undefined);
    assert.match(String(await locate(herd, 'Riley', 'hen')), /^AT /);
    const [damaged] = await untilLogged(herd, 'Riley', { event: 'journal-damaged' });
    assert.match(String(damaged?.['detail']), /^the log before \S+ is missing$/);
  });
});

test('a journal whose folder is removed under it is made again, with all that is known', async () => {
  await using herd = await TestHerd.make({ servers: ['Riley'], acknowledge: 'journaled' });
  const riley = await herd.serve('Riley');
  const replies = new Map<string, string>();
  const send = async (client: string): Promise<void> => {
    replies.set(client, await report(herd, 'Riley', client, moment(0)));
  };
  for (const client of CLIENTS) await send(client);
  await rm(join(herd.folder, 'data', 'Riley'), { recursive: true });
  await eventuallyTrue('it is noticed', async () => {
    const reply = await say(herd, 'Riley', `IAMAT gnu ${OPEN_SEA} ${moment(0)}\n`);
    return reply.startsWith('? ');
  });
  await untilLogged(herd, 'Riley', { event: 'journal-failed' });
  await untilLogged(herd, 'Riley', { event: 'journal-recovered' });
  await eventuallyTrue('it keeps what is reported', async () => {
    await send('hen');
    return replies.get('hen')?.startsWith('AT ') === true;
  });
  await kill(riley);
  await herd.serve('Riley');
  for (const [client, at] of replies) assert.equal(await locate(herd, 'Riley', client), at);
});
