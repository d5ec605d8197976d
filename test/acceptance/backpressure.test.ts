import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { TestClient } from '../support/client.ts';
import { locateOn } from '../support/commands.ts';
import { eventuallyTrue } from '../support/eventually.ts';
import { TestHerd } from '../support/herd.ts';
import { IS_ON_BUN } from '../support/process.ts';

const COMMANDS = IS_ON_BUN ? 80_000 : 50_000;
/** With this in each, the commands or the replies together are more than the server may grow by. */
const PADDING = '.'.repeat(4000);
/** Bun's garbage collector lets more lie about: there are more commands for it, so that all together would still be too many. */
const MAX_GROWTH_BYTES = (IS_ON_BUN ? 256 : 128) * 1024 * 1024;

const LINUX = existsSync('/proc/self/status');

test('tens of thousands of commands and no reply read: each gets its reply in the end', async (t) => {
  await using herd = await TestHerd.make({ servers: ['Riley'] });
  const server = await herd.serve('Riley');
  await using bystander = await TestClient.connect(herd.clients('Riley'));
  // What is loaded with the first question for places is none of the growth.
  await bystander.ask('IAMAT kiwi +34.068930-118.445127 1');
  assert.match((await locateOn(bystander, 'kiwi')) ?? '', /^AT Riley /);
  const before = LINUX ? await memory(server.pid, 'VmRSS') : 0;

  const socket = connect(herd.clients('Riley'));
  try {
    await once(socket, 'connect');
    const commands = new Commands();
    const sending = pipeline(commands, socket);
    sending.catch(() => undefined); // the first failure is reported; this may be its consequence
    await untilStuck(commands);
    assert.ok(commands.taken < COMMANDS, 'the server reads on although nobody takes its replies');
    assert.equal(await bystander.ask('meanwhile'), '? meanwhile');
    await checkReplies(socket);
    await sending;
  } finally {
    socket.destroy();
  }
  assert.equal(await bystander.ask('after'), '? after');
  if (!LINUX) return;
  const growth = (await memory(server.pid, 'VmHWM')) - before;
  t.diagnostic(`the server grew by ${Math.round(growth / 1024 / 1024)} MiB at most`);
  assert.ok(growth < MAX_GROWTH_BYTES, `grew by ${growth} bytes`);
});

test('thousands of short commands in one piece are all answered, with no further word', async () => {
  await using herd = await TestHerd.make({ servers: ['Riley'] });
  await herd.serve('Riley');
  await using client = await TestClient.connect(herd.clients('Riley'));
  const commands = Array.from({ length: 5000 }, (_, n) => String(n));
  client.send(`${commands.join('\n')}\n`);
  for (const command of commands) assert.equal(await client.readLine(), `? ${command}`);
});

/** The commands, each numbered, and how many of them have been taken. */
class Commands {
  taken = 0;

  *[Symbol.iterator](): Generator<string> {
    for (; this.taken < COMMANDS; this.taken++) yield `${this.taken} ${PADDING}\n`;
  }
}

/** Waits until no command has been taken for a while. */
async function untilStuck(commands: Commands): Promise<void> {
  const enough = 50; // looks, each some 10 ms after the last
  let taken = 0;
  let looks = 0;
  await eventuallyTrue('the server stops reading', () => {
    looks = commands.taken === taken ? looks + 1 : 0;
    taken = commands.taken;
    return looks === enough;
  });
}

/** Reads all replies: each command's, in order, and nothing else. */
async function checkReplies(socket: Socket): Promise<void> {
  let next = 0;
  let rest = '';
  for await (const bytes of socket) {
    const lines = (rest + String(bytes)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line !== `? ${next} ${PADDING}`) assert.equal(line.slice(0, 80), `? ${next} ...`);
      next += 1;
    }
  }
  assert.equal(rest, '');
  assert.equal(next, COMMANDS);
}

/** A process's resident memory in bytes: now (`VmRSS`) or at its highest (`VmHWM`). */
async function memory(pid: number, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const [, kibibytes] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
  return Number(kibibytes) * 1024;
}
