import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { Scope } from '../harness/scope.ts';
import { Asker } from './asker.ts';
import { Conversation } from './conversation.ts';
import { CutLine } from './cut-line.ts';
import { lineServer } from './line-server.ts';
import { Observer } from './observer.ts';
import { pace } from './pacer.ts';
import { iamatTalk, makeReports } from './reports.ts';

test('an asker waits until the server has what is newest', async (context) => {
  const [reports = []] = makeReports({ connections: 1, clients: 5, reports: 5 });
  const asked = new Map<string, number>();
  const port = await lineServer(context, (line, socket) => {
    const client = line.split(' ')[1] ?? '';
    const times = (asked.get(client) ?? 0) + 1;
    asked.set(client, times);
    const report = reports.find((each) => each.client === client);
    const at = `${client} ${report?.latitude}${report?.longitude}`;
    // Not known at first, then of before, then there.
    if (times === 1) socket.write(`? ${line}`);
    else socket.write(`AT Riley +1.0 ${at} ${times === 2 ? '1.0' : report?.time}\n{\n}\n\n`);
  });
  const asker = await Asker.connect(port);
  context.after(() => asker.close());
  await asker.untilHeld(reports);
  assert.deepEqual([...asked.values()], [3, 3, 3, 3, 3]);
});

test('a line that is cut ends its connections and refuses others until it is healed', async (context) => {
  const port = await lineServer(context, (line, socket) => socket.write(line));
  await using scope = new Scope();
  const line = await CutLine.to(scope, port);
  await assert.rejects(Conversation.connect(line.port));
  for (let time = 0; time < 2; time++) {
    const [client] = await Promise.all([Conversation.connectSoon(line.port), line.heal()]);
    assert.equal(await client.exchange('hello\n', (text) => text.endsWith('\n')), 'hello\n');
    line.cut();
    await assert.rejects(
      client.exchange('hello\n', () => false),
      /closed the connection/,
    );
    await assert.rejects(Conversation.connect(line.port));
  }
});

test('what is paced is seen at the other end, also in pieces', async (context) => {
  const [reports = []] = makeReports({ connections: 1, clients: 50, reports: 50 });
  const talk = iamatTalk('Riley', reports);
  const port = await lineServer(context, (line, socket) => {
    socket.write(line.slice(0, 20));
    setImmediate(() => socket.write(line.slice(20)));
  });
  const socket = connect({ host: '127.0.0.1', port });
  context.after(() => socket.destroy());
  await once(socket, 'connect');
  const seen = new Observer(socket).sees(reports.at(-1)?.client ?? 'none');
  await pace(socket, talk, 5_000);
  await seen;
});

test('a watched connection that closes is an error', async (context) => {
  const port = await lineServer(context, (_, socket) => socket.end());
  const socket = connect({ host: '127.0.0.1', port });
  context.after(() => socket.destroy());
  const seen = new Observer(socket).sees('what never comes');
  socket.write('hello\n');
  await assert.rejects(seen, /has closed/);
});
