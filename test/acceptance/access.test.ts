import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessOptions, testToken, TOKENS } from '../support/access.ts';
import { exchange, TestClient } from '../support/client.ts';
import { moment, OPEN_SEA } from '../support/commands.ts';
import { OwnServer } from '../support/own-server.ts';
import { having } from '../support/server-log.ts';

/* Who may do what over the text protocol. */

const ALWAYS = accessOptions({ clients: 'always', gateway: 'always' });
const IAMAT = `IAMAT anna ${OPEN_SEA} ${moment(0)}`;
const WHATSAT = 'WHATSAT anna 10 5';

type Shown = keyof typeof TOKENS | 'none';
type Row = readonly [auth: 'accepted' | 'refused', iamat: boolean, whatsat: boolean];

/** What each token gets where one is demanded: for `AUTH`, for `IAMAT` and for `WHATSAT`. */
const MATRIX: Readonly<Record<Shown, Row>> = {
  none: ['refused', false, false],
  wrong: ['refused', false, false],
  expired: ['refused', false, false],
  revoked: ['refused', false, false],
  narrow: ['accepted', false, false],
  reporter: ['accepted', true, false],
  share: ['accepted', false, true],
  right: ['accepted', true, true],
};

/** Why a command of each is denied. */
const REASONS: Readonly<Record<Shown, readonly string[]>> = {
  none: ['missing', 'missing'],
  wrong: ['missing', 'missing'],
  expired: ['missing', 'missing'],
  revoked: ['missing', 'missing'],
  narrow: ['client-not-covered', 'client-not-covered'],
  reporter: ['action-not-granted'],
  share: ['action-not-granted'],
  right: [],
};

/** A client that has shown a token. */
async function connect(server: OwnServer, shown: Shown): Promise<TestClient> {
  const client = await TestClient.connect(server.clients);
  if (shown === 'none') return client;
  const reply = await client.ask(`AUTH ${TOKENS[shown].token}`);
  assert.equal(reply, MATRIX[shown][0] === 'accepted' ? `AUTH ${shown}` : '? AUTH');
  return client;
}

/** Whether the client gets an answer to both commands, or a copy of them. */
async function tryBoth(client: TestClient): Promise<[iamat: boolean, whatsat: boolean]> {
  const iamat = await client.ask(IAMAT);
  if (iamat !== `? ${IAMAT}`) assert.match(iamat, /^AT Riley /);
  client.sendLine(WHATSAT);
  const whatsat = await client.readLine();
  if (whatsat === `? ${WHATSAT}`) return [iamat !== `? ${IAMAT}`, false];
  assert.match(whatsat, /^AT Riley \S+ anna /);
  return [iamat !== `? ${IAMAT}`, true];
}

for (const shown of Object.keys(MATRIX) as Shown[]) {
  test(`${shown}: what a token, or none, gets where one is demanded`, async () => {
    await using server = await OwnServer.start({ access: ALWAYS });
    const reporter = `AUTH ${TOKENS.reporter.token}\n${IAMAT}\n`;
    assert.match(String(await exchange(server.clients, reporter)), /^AUTH reporter\nAT Riley /);
    await using client = await connect(server, shown);
    const [auth, ...both] = MATRIX[shown];
    assert.deepEqual(await tryBoth(client), both);

    const log = await server.stop();
    const token = auth === 'accepted' ? shown : undefined;
    const connection = 2;
    const denied = having(log, { event: 'access-denied', connection, client: 'anna' });
    assert.deepEqual(
      denied.map((event) => [event['reason'], event['token']]),
      REASONS[shown].map((reason) => [reason, token]),
    );
    const accepted = having(log, { event: 'token-accepted', connection });
    assert.deepEqual(
      accepted.map((event) => event['token']),
      token === undefined ? [] : [token],
    );
    const refused = having(log, { event: 'token-refused', connection });
    assert.deepEqual(
      refused.map((event) => event['code']),
      auth === 'accepted' || shown === 'none' ? [] : [shown === 'wrong' ? 'unknown' : shown],
    );
  });
}

test('where none is demanded, who shows none may do everything, and who shows one what it says', async () => {
  for (const clients of ['beyond-loopback', 'never'] as const) {
    await using server = await OwnServer.start({ access: { ...ALWAYS, clients } });
    for (const shown of ['none', 'wrong', 'expired', 'right'] as const) {
      await using client = await connect(server, shown);
      assert.deepEqual(await tryBoth(client), [true, true], shown);
    }
    await using narrow = await connect(server, 'narrow');
    assert.deepEqual(await tryBoth(narrow), [false, false]);
    assert.equal(await narrow.ask(`AUTH ${TOKENS.wrong.token}`), '? AUTH');
    assert.deepEqual(await tryBoth(narrow), [true, true], 'it has no token any more');
  }
});

test('a herd beyond loopback demands one', async () => {
  const access = { ...ALWAYS, clients: 'beyond-loopback' as const };
  await using server = await OwnServer.start({ access, clients: { host: '0.0.0.0', port: 0 } });
  const address = { host: '127.0.0.1', port: server.clients.port };
  const [denied] = String(await exchange(address, `${IAMAT}\n`)).split('\n');
  assert.equal(denied, `? ${IAMAT}`, 'also from loopback: it may be a proxy that connects');
  const shown = `AUTH ${TOKENS.right.token}\n${IAMAT}\n`;
  assert.match(String(await exchange(address, shown)), /^AUTH right\nAT Riley /);
});

test('commands in one packet, each is judged by the token before it', async () => {
  await using server = await OwnServer.start({ access: ALWAYS });
  const tokens = [TOKENS.right.token, TOKENS.narrow.token, TOKENS.reporter.token];
  const commands = tokens.map((token) => `AUTH ${token}\n${IAMAT}\n`).join('');
  const replies = String(await exchange(server.clients, commands)).split('\n');
  const firsts = replies.map((reply) => reply.split(' ').slice(0, 2).join(' '));
  assert.deepEqual(firsts, [
    'AUTH right',
    'AT Riley',
    'AUTH narrow',
    '? IAMAT',
    'AUTH reporter',
    'AT Riley',
    '',
  ]);
});

test('the same where replies wait for a promise', async () => {
  await using server = await OwnServer.start({ access: ALWAYS, acknowledge: 'neighbours' });
  for (const shown of ['right', 'narrow'] as const) {
    await using client = await connect(server, shown);
    assert.deepEqual((await tryBoth(client))[0], MATRIX[shown][1], shown);
  }
});

test('an AUTH that is no command is not copied, and no token is in log or reply', async () => {
  const { token } = TOKENS.right;
  const wrong = testToken('x').token;
  await using server = await OwnServer.start({ access: ALWAYS });
  const lines = [
    'AUTH',
    `AUTH ${token} ${token}`,
    `\tAUTH  ${wrong}\t`,
    `AUTH ${token.slice(0, 20)}`,
    'AUTH hunter2-is-my-password',
    `AUTH ${token.toUpperCase()}`,
    `AUTH ${'x'.repeat(5000)} ${token}`,
  ];
  for (const line of lines) {
    assert.equal(String(await exchange(server.clients, line)), '? AUTH\n', line);
  }
  assert.equal(String(await exchange(server.clients, `  AUTH\t${token}  `)), 'AUTH right\n');
  const mistakes = [`auth ${token}`, `AUTH: ${token}`, `WHATSAT ${token} 10 5`];
  for (const line of mistakes) {
    const reply = String(await exchange(server.clients, line));
    assert.equal(reply, `? ${line.replace(token, 'ph_***')}\n`);
  }
  const log = JSON.stringify(await server.stop());
  for (const secret of [token, wrong, 'hunter2']) {
    assert.ok(!log.toLowerCase().includes(secret.slice(0, 12)), secret);
  }
});

test('with access off there is no AUTH, and still no token in the log', async () => {
  await using server = await OwnServer.start({});
  const line = `AUTH ${TOKENS.right.token}`;
  assert.equal(String(await exchange(server.clients, line)), `? ${line}\n`);
  assert.match(String(await exchange(server.clients, IAMAT)), /^AT Riley /);
  const log = await server.stop();
  assert.ok(!JSON.stringify(log).includes(TOKENS.right.token));
  assert.equal(having(log, { event: 'commands', text: 'AUTH ***' }).length, 1);
});

test('an attacker who tries tokens fills neither log nor memory, and keeps nobody out', async () => {
  await using server = await OwnServer.start({ access: ALWAYS });
  const tries = Array.from({ length: 500 }, (_, i) => `AUTH ph_${String(i).padStart(32, '0')}\n`);
  const replies = String(await exchange(server.clients, tries.join('')));
  assert.equal(replies, '? AUTH\n'.repeat(500));
  await using client = await connect(server, 'right');
  assert.deepEqual(await tryBoth(client), [true, true]);
  const log = await server.stop();
  assert.equal(having(log, { event: 'token-refused' }).length, 10);
  assert.equal(having(log, { event: 'left-out', of: 'token-refused', lines: 490 }).length, 1);
});
