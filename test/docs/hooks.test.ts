import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { exchange } from '../support/client.ts';
import { moment, OPEN_SEA } from '../support/commands.ts';
import { eventually, eventuallyTrue } from '../support/eventually.ts';
import { TestFolder } from '../support/folder.ts';
import { ask } from '../support/http.ts';
import { OwnServer } from '../support/own-server.ts';
import { TestProcess } from '../support/process.ts';
import { readMarkdown } from './markdown.ts';

test('the receiver of docs/HOOKS.md takes what a hook sends, once, and nothing else', async () => {
  await using folder = await TestFolder.make();
  const { blocks } = await readMarkdown('docs/HOOKS.md');
  const source = blocks.find(({ language }) => language === 'js')?.text ?? assert.fail();
  await writeFile(join(folder.path, 'receiver.mjs'), source);
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const env = { SECRET: secret, PORT: '0' };
  await using receiver = new TestProcess(process.execPath, ['receiver.mjs'], {
    cwd: folder.path,
    env,
  });
  const port = await eventually(
    'it listens',
    () => /listening on (\d+)/.exec(receiver.stdout)?.[1],
  );
  await using server = await OwnServer.start({
    hooks: [
      {
        name: 'hook',
        url: `http://127.0.0.1:${port}/`,
        form: 'json',
        events: ['location'],
        clients: ['*'],
        secrets: [secret],
        allowPrivate: true,
        followRedirects: false,
        timeoutMs: 10_000,
      },
    ],
  });
  await exchange(server.clients, `IAMAT kiwi ${OPEN_SEA} ${moment(0)}\n`);
  await eventuallyTrue('it is told', () => receiver.stdout.includes('location kiwi\n'));
  const forged = await ask(
    { host: '127.0.0.1', port: Number(port) },
    {
      method: 'POST',
      path: '/',
      headers: {
        'webhook-id': 'msg_1',
        'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
        'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}`,
      },
      body: '{"data":[{"event":"location","data":{"client":"emu"}}]}',
    },
  );
  assert.equal(forged.status, 401);
  const log = await server.stop();
  assert.ok(log.every(({ event }) => event !== 'hook-failed'));
  assert.ok(!receiver.stdout.includes('emu'));
});
