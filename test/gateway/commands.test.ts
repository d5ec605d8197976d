import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { accessOptions, TOKENS } from '../support/access.ts';
import { exchange } from '../support/client.ts';
import { moment, OPEN_SEA } from '../support/commands.ts';
import { ask, problemIn, type HttpReply } from '../support/http.ts';
import { OwnServer } from '../support/own-server.ts';
import { having } from '../support/server-log.ts';

/* Commands of the text protocol over HTTP: the same bytes as over TCP. */

const gateway = { host: '127.0.0.1', port: 0 };
const BYTES = 'application/octet-stream';

function send(
  server: OwnServer,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Promise<HttpReply> {
  return ask(server.gateway, {
    method: 'POST',
    path: '/v1/commands',
    headers: { 'content-type': BYTES, ...headers },
    body,
  });
}

describe('commands over HTTP', () => {
  let server: OwnServer;
  before(async () => {
    server = await OwnServer.start({ gateway });
  });
  after(() => server[Symbol.asyncDispose]());

  test('are answered byte for byte as over TCP', async () => {
    await exchange(server.clients, `IAMAT kiwi +34.068930-118.445127 ${moment(0)}\n`);
    const lines = [
      'WHATSAT kiwi 10 2\n',
      'WHATSAT kiwi 10 1\nWHATSAT nobody 10 1\n',
      'WHATSAT kiwi 10 1', // the last line needs no LF
      'hello\r\n \nAT Riley\n',
      Buffer.from([0x3f, 0xff, 0x00, 0xc3, 0x0a]),
      `${'x'.repeat(5000)}\nnext\n`,
      '\n',
      '',
    ];
    for (const each of lines) {
      const { status, bytes, headers } = await send(server, each);
      assert.equal(status, 200);
      assert.equal(headers['content-type'], BYTES);
      const overTcp = await exchange(server.clients, Buffer.from(each));
      assert.deepEqual(bytes, overTcp, JSON.stringify(String(each).slice(0, 40)));
    }
  });

  test('report, and are logged as commands of a connection', async () => {
    const line = `IAMAT emu ${OPEN_SEA} ${moment(1)}`;
    const { bytes } = await send(server, `${line}\n`);
    assert.match(String(bytes), /^AT Riley [+-]\d+\.\d{9} emu /);
    assert.equal((await ask(server.gateway, { path: '/v1/clients/emu' })).status, 200);
    const [logged] = await server.untilLogged({ event: 'commands', text: line });
    const connection = logged?.['connection'];
    await server.untilLogged({ event: 'connection-closed', connection, detail: 'ended' });
  });

  test('are bounded, and of a type that no page of another site can send unasked', async () => {
    const many = await send(server, 'a\n'.repeat(21));
    assert.equal(many.status, 413);
    assert.equal(problemIn(many), 'body-too-large');
    assert.equal((await send(server, 'a\n'.repeat(20))).status, 200);
    assert.equal((await send(server, 'x'.repeat(16 * 1024 + 1))).status, 413);
    assert.equal((await send(server, 'a\n', { 'content-type': 'text/plain' })).status, 415);
  });
});

test('commands may do what the token allows that is shown, by header or by AUTH', async () => {
  const access = accessOptions({ clients: 'always', gateway: 'beyond-loopback' });
  await using server = await OwnServer.start({ gateway, access });
  const report = `IAMAT anna ${OPEN_SEA} ${moment(0)}\n`;
  const with_ = (shown: 'right' | 'reporter' | 'narrow'): Record<string, string> => ({
    authorization: `Bearer ${TOKENS[shown].token}`,
  });
  const replyTo = async (text: string, headers = {}): Promise<string> =>
    String((await send(server, text, headers)).bytes).split('\n')[0] ?? '';
  assert.equal(await replyTo(report), `? ${report.trim()}`, 'the client port asks for a token');
  assert.match(await replyTo(report, with_('reporter')), /^AT Riley /);
  assert.equal(await replyTo('WHATSAT anna 10 1\n', with_('reporter')), '? WHATSAT anna 10 1');
  assert.equal(await replyTo('WHATSAT anna 10 1\n', with_('narrow')), '? WHATSAT anna 10 1');
  assert.match(await replyTo('WHATSAT anna 10 1\n', with_('right')), /^AT Riley /);
  const auth = await send(server, `AUTH ${TOKENS.right.token}\nWHATSAT anna 10 1\n`);
  assert.match(String(auth.bytes), /^AUTH right\nAT Riley /);
  const wrong = await send(server, report, { authorization: 'Bearer ph_wrong' });
  assert.equal(wrong.status, 401);
  const log = await server.stop();
  assert.equal(having(log, { event: 'access-denied' }).length, 3);
  assert.ok(!JSON.stringify(log).includes(TOKENS.right.token.slice(3, 20)));
});
