import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestClient } from '../support/client.ts';
import { moment, OPEN_SEA, say } from '../support/commands.ts';
import { TestHerd } from '../support/herd.ts';
import { untilLogged } from '../support/server-log.ts';
import { pageOf, TestUpstream } from '../support/upstream.ts';

const KEY = { GOOGLE_MAPS_API_KEY: 'a-test-key' };

async function makeHerd({ places }: TestUpstream): Promise<TestHerd> {
  return TestHerd.make({ servers: ['Riley'], places });
}

test('a search under way delays nothing else on its connection', async () => {
  await using upstream = await TestUpstream.start();
  await using herd = await makeHerd(upstream);
  await herd.serve('Riley', KEY);
  await using client = await TestClient.connect(herd.clients('Riley'));

  const at = await client.ask(`IAMAT kiwi ${OPEN_SEA} ${moment(0)}`);
  client.send(`WHATSAT kiwi 10 5\nIAMAT plum ${OPEN_SEA} ${moment(0)}\nWHATSAT kiwi 10\n`);
  const pending = await upstream.request(10_000);
  assert.match(await client.readLine(), /^AT Riley \S+ plum /);
  assert.equal(await client.readLine(), '? WHATSAT kiwi 10');

  pending.response.end(JSON.stringify(pageOf('Bruin Café')));
  assert.deepEqual(await client.readPlaces(), { at, json: pageOf('Bruin Café') });
});

test('of two searches, the one that is done first is answered first', async () => {
  await using upstream = await TestUpstream.start();
  await using herd = await makeHerd(upstream);
  await herd.serve('Riley', KEY);
  await using client = await TestClient.connect(herd.clients('Riley'));

  const at = await client.ask(`IAMAT kiwi ${OPEN_SEA} ${moment(0)}`);
  client.send('WHATSAT kiwi 1 5\nWHATSAT kiwi 2 5\n');
  const first = await upstream.request(1000);
  const second = await upstream.request(2000);
  second.response.end(JSON.stringify(pageOf('second')));
  assert.deepEqual(await client.readPlaces(), { at, json: pageOf('second') });
  first.response.end(JSON.stringify(pageOf('first')));
  assert.deepEqual(await client.readPlaces(), { at, json: pageOf('first') });
});

test('a client that half-closes while its search is under way is answered', async () => {
  await using upstream = await TestUpstream.start();
  await using herd = await makeHerd(upstream);
  await herd.serve('Riley', KEY);

  const names = Array.from({ length: 8 }, (_, n) => `Café ${n}\n\n\n“quoted”`);
  const reply = say(herd, 'Riley', `IAMAT kiwi ${OPEN_SEA} ${moment(0)}\nWHATSAT kiwi 0.5 3`);
  const { response, query } = await upstream.request(500);
  assert.equal(query.get('location'), '0,-30');
  response.end(JSON.stringify(pageOf(...names)));

  const text = Buffer.from(await reply, 'latin1').toString('utf8');
  const [at = ''] = text.split('\n');
  const json = JSON.stringify(pageOf(...names.slice(0, 3)), undefined, 3);
  assert.equal(text, `${at}\n${at}\n${json}\n\n`);
});

test('a client that goes away while its search is under way disturbs nobody', async () => {
  await using upstream = await TestUpstream.start();
  await using herd = await makeHerd(upstream);
  await herd.serve('Riley', KEY);
  await using staying = await TestClient.connect(herd.clients('Riley'));
  const at = await staying.ask(`IAMAT kiwi ${OPEN_SEA} ${moment(0)}`);

  // Equal questions share one call to the upstream.
  staying.sendLine('WHATSAT kiwi 3 5');
  const pending = await upstream.request(3000);
  {
    await using leaving = await TestClient.connect(herd.clients('Riley'));
    leaving.send(`WHATSAT kiwi 3 5\nhere\n`);
    assert.equal(await leaving.readLine(), '? here');
    leaving.socket.resetAndDestroy();
  }
  pending.response.end(JSON.stringify(pageOf('stays')));
  assert.deepEqual(await staying.readPlaces(), { at, json: pageOf('stays') });
});

test('a client that goes away takes its questions that wait with it', async () => {
  await using upstream = await TestUpstream.start();
  const places = { ...upstream.places, calls: { atOnce: 1 } };
  await using herd = await TestHerd.make({ servers: ['Riley'], places });
  await herd.serve('Riley', KEY);
  await using staying = await TestClient.connect(herd.clients('Riley'));
  await staying.ask(`IAMAT kiwi ${OPEN_SEA} ${moment(0)}`);
  staying.sendLine('WHATSAT kiwi 1 5');
  const held = await upstream.request(1000);
  {
    await using leaving = await TestClient.connect(herd.clients('Riley'));
    leaving.send('WHATSAT kiwi 20 5\nhere\n');
    assert.equal(await leaving.readLine(), '? here');
    leaving.socket.resetAndDestroy();
  }
  await untilLogged(herd, 'Riley', { event: 'connection-closed' });
  staying.sendLine('WHATSAT kiwi 50 5');
  held.response.end(JSON.stringify(pageOf('first')));
  // Its question came before: were it still there, it would be the one call that is made now.
  const next = await upstream.request(50_000);
  next.response.end(JSON.stringify(pageOf('last')));
  assert.deepEqual((await staying.readPlaces()).json, pageOf('first'));
  assert.deepEqual((await staying.readPlaces()).json, pageOf('last'));
});

test("cached places and the count of the day's calls outlive a restart", async () => {
  await using upstream = await TestUpstream.start();
  const places = { ...upstream.places, budget: { perDay: 1 } };
  await using herd = await TestHerd.make({ servers: ['Riley'], places });
  upstream.answerFromNowOn(JSON.stringify(pageOf('once')));
  for (const command of [`IAMAT kiwi ${OPEN_SEA} ${moment(0)}`, 'HELLO']) {
    const server = await herd.serve('Riley', KEY);
    await using client = await TestClient.connect(herd.clients('Riley'));
    await client.ask(command);
    client.sendLine('WHATSAT kiwi 10 5');
    assert.deepEqual((await client.readPlaces()).json, pageOf('once'));
    await server.stop();
  }

  await herd.serve('Riley', KEY);
  await using client = await TestClient.connect(herd.clients('Riley'));
  client.sendLine('WHATSAT kiwi 50 5');
  const { json } = await client.readPlaces();
  assert.match(JSON.stringify(json), /"status":"OVER_QUERY_LIMIT".*budget of 1 calls/);
});
