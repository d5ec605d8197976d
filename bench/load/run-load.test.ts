import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { lineServer } from './line-server.ts';
import { iamatTalk, makeReports } from './reports.ts';
import { runLoad } from './run-load.ts';
import { WrongReply } from './talk.ts';

const SPEC = { connections: 2, clients: 10, reports: 40 };

/** Makes a load at depth 4 on a server that answers with what `reply` makes of a line. */
async function loadOn(context: TestContext, reply: (line: string) => string, timed = false) {
  let waiting = 0;
  let most = 0;
  const kept = new Map<Socket, string>();
  const port = await lineServer(context, (line, socket) => {
    waiting += 1;
    most = Math.max(most, waiting);
    setImmediate(() => {
      waiting -= 1;
      // The end of a reply comes later than the rest, with the next one where there is one.
      const text = `${kept.get(socket) ?? ''}${reply(line)}`;
      socket.write(text.slice(0, -5));
      kept.set(socket, text.slice(-5));
      setTimeout(() => {
        socket.write(kept.get(socket) ?? '');
        kept.set(socket, '');
      });
    });
  });
  const talks = makeReports(SPEC).map((reports) => ({ port, talk: iamatTalk('Riley', reports) }));
  const loaded = await runLoad(talks, { depth: 4, timed });
  return { ...loaded, most };
}

function answer(line: string): string {
  return `AT Riley +0.000000001 ${line.slice('IAMAT '.length)}`;
}

test('all is said and answered, with no more on its way than the depth', async (context) => {
  const { rate, seconds, generator, took, most } = await loadOn(context, answer, true);
  assert.ok(Math.abs(rate * seconds - SPEC.reports) < 1e-6);
  assert.ok(generator > 0);
  assert.equal(took.length, SPEC.reports);
  assert.ok(took.every((time) => time > 0));
  assert.ok(most > 1 && most <= 8, `${most} waited`);
});

test('no time is noted where none is wanted', async (context) => {
  assert.equal((await loadOn(context, answer)).took.length, 0);
});

test('a reply to another report, from another server or none is an error', async (context) => {
  for (const wrong of [
    (line: string) => answer(line).replace('+', '-'),
    (line: string) => answer(line).replace('Riley', 'Rilex'),
    (line: string) => answer(line).replace(/\d\n/, 'x\n'),
    (line: string) => `? ${line}`,
  ]) {
    await assert.rejects(loadOn(context, wrong), WrongReply);
  }
});

test('a server that closes is an error', async (context) => {
  const port = await lineServer(context, (_, socket) => socket.end());
  const [reports = []] = makeReports({ ...SPEC, connections: 1 });
  const talk = iamatTalk('Riley', reports);
  await assert.rejects(runLoad([{ port, talk }], { depth: 1 }), /closed the connection/);
});
