import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestClient } from '../support/client.ts';
import { locate, moment, OPEN_SEA, readUntilClosed, say } from '../support/commands.ts';
import { TestHerd } from '../support/herd.ts';

const KIWI = 'kiwi.cs.ucla.edu +34.068930-118.445127 1621464827.959498503';
const SECOND = 1_000_000_000n;

/** Good and bad commands, the last without an LF, and a pattern for all that is said to them. */
const CONVERSATION =
  `IAMAT ${KIWI}\r\n \t\r\n\nWHATSAT kiwi.cs.ucla.edu 10 3\n` +
  'WHATSAT nobody 10 3\niamat kiwi +34-118 1\n  AT Riley +0.1 \xff\xfe\nIAMAT last +1-1 0.5';
const REPLIES = [
  /^AT Riley \+\d+\.\d{9} kiwi\.cs\.ucla\.edu \+34\.068930-118\.445127 1621464827\.959498503\n/,
  /^\? WHATSAT nobody 10 3\n/m,
  /^\? iamat kiwi \+34-118 1\n/m,
  /^\? {3}AT Riley \+0\.1 \xff\xfe\n/m,
  /^AT Riley \+\d+\.\d{9} last \+1-1 0\.5\n/m,
];

function checkConversation(replies: string): void {
  for (const reply of REPLIES) assert.match(replies, reply);
  const [at = ''] = replies.split('\n');
  const places = replies.indexOf(`${at}\n{\n   "html_attributions": [`, at.length);
  assert.notEqual(places, -1, replies);
  const end = replies.indexOf('\n\n', places);
  const page: unknown = JSON.parse(replies.slice(places + at.length + 1, end));
  assert.ok(typeof page === 'object' && page !== null && 'results' in page);
  assert.ok(Array.isArray(page.results) && page.results.length === 3);
  // What is not matched above is blank: nothing else was said.
  const rest = REPLIES.reduce(
    (text, reply) => text.replace(reply, ''),
    replies.slice(0, places) + replies.slice(end + 2),
  );
  assert.equal(rest, '');
}

test('a client that half-closes gets every reply, then the end', async () => {
  await using herd = await TestHerd.make({ servers: ['Riley'] });
  await herd.serve('Riley');
  checkConversation(await say(herd, 'Riley', CONVERSATION));
});

test('a client that stays connected gets every reply, and the connection goes on', async () => {
  await using herd = await TestHerd.make({ servers: ['Riley'] });
  await herd.serve('Riley');
  await using client = await TestClient.connect(herd.clients('Riley'));
  for (let round = 0; round < 3; round++) {
    const at = await client.ask(`IAMAT ${KIWI}`);
    assert.match(at, /^AT Riley \+\d+\.\d{9} kiwi/);
    assert.equal(await client.ask('hello'), '? hello');
    client.sendLine('WHATSAT kiwi.cs.ucla.edu 10 3');
    assert.match((await client.readPlaces()).at, /^AT Riley .* 1621464827\.959498503$/);
  }
});

test('a client that sends byte by byte is understood', async () => {
  await using herd = await TestHerd.make({ servers: ['Riley'] });
  await herd.serve('Riley');
  await using client = await TestClient.connect(herd.clients('Riley'));
  for (const byte of Buffer.from(CONVERSATION, 'latin1')) {
    await new Promise((resolve) => client.socket.write(Buffer.of(byte), resolve));
  }
  client.end();
  checkConversation((await client.readAll()).toString('latin1'));
});

test('the skew is the time of receipt minus the time of the client, to the nanosecond', async () => {
  await using herd = await TestHerd.make({ servers: ['Riley'] });
  await herd.serve('Riley');
  const ahead = `${Math.floor(Date.now() / 1000) + 3600}.000000001`;
  for (const time of [moment(123_456_789), ahead]) {
    const before = Date.now() - 3; // the server's clock follows the system's to within 2 ms
    const [, , skew = ''] = (await say(herd, 'Riley', `IAMAT kiwi +1+1 ${time}`)).split(' ');
    const after = Date.now() + 3;
    assert.match(skew, time === ahead ? /^-\d+\.\d{9}$/ : /^\+\d+\.\d{9}$/);
    const received = nanoseconds(time) + nanoseconds(skew);
    assert.ok(received >= BigInt(before) * 1_000_000n, `${time} ${skew} ${before}`);
    assert.ok(received <= BigInt(after) * 1_000_000n, `${time} ${skew} ${after}`);
  }
});

test('with idle framing, silence ends a command and the server closes', async () => {
  await using herd = await TestHerd.make({ servers: ['Riley'], framing: 'idle' });
  await herd.serve('Riley');
  const first = await withoutLf(herd, `IAMAT ${KIWI}`);
  assert.match(first, /^AT Riley \+\d+\.\d{9} kiwi\.cs\.ucla\.edu .* 1621464827\.959498503\n$/);
  assert.ok((await withoutLf(herd, 'WHATSAT kiwi.cs.ucla.edu 10 1')).startsWith(`${first}{\n`));
  assert.equal(await withoutLf(herd, 'WHATSAT kiwi.cs.ucla.edu'), '? WHATSAT kiwi.cs.ucla.edu\n');
});

test('with idle framing, silence closes a connection whose commands ended by LF as well', async () => {
  await using herd = await TestHerd.make({ servers: ['Riley'], framing: 'idle' });
  await herd.serve('Riley');
  await using client = await TestClient.connect(herd.clients('Riley'));
  // Longer than the silence that closes a connection: one that has sent nothing yet stays.
  assert.equal(await withoutLf(herd, 'other'), '? other\n');
  client.send(`IAMAT ${KIWI}\nsecond\n`);
  const replies = (await readUntilClosed(client)).toString();
  assert.match(replies, /^AT Riley .*\n\? second\n$/);
});

test('with line framing, a command that has not ended is not answered before it has', async () => {
  await using herd = await TestHerd.make({ servers: ['Riley'] });
  await herd.serve('Riley');
  await using client = await TestClient.connect(herd.clients('Riley'));
  client.send(`before\nIAMAT kiwi ${OPEN_SEA} 1`);
  assert.equal(await client.readLine(), '? before');
  assert.equal(await locate(herd, 'Riley', 'kiwi'), undefined);
  client.send('6\n');
  assert.match(await client.readLine(), / 16$/);
});

/** Sends a command without its LF, does not half-close, and reads until the server closes. */
async function withoutLf(herd: TestHerd, command: string): Promise<string> {
  await using client = await TestClient.connect(herd.clients('Riley'));
  client.send(command);
  return (await readUntilClosed(client)).toString();
}

/** Exact nanoseconds of seconds with nine decimals and maybe a sign. */
function nanoseconds(text: string): bigint {
  const [whole = '', decimals = ''] = text.replace(/^[+-]/, '').split('.');
  const magnitude = BigInt(whole) * SECOND + BigInt(decimals);
  return text.startsWith('-') ? -magnitude : magnitude;
}
