import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { accessOptions, testToken } from '../support/access.ts';
import { ask, problemIn, put, type HttpAsk, type HttpReply } from '../support/http.ts';
import { OwnServer } from '../support/own-server.ts';

/* Cards, and the groups of clients. */

const gateway = { host: '127.0.0.1', port: 0 };
const FACE =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const server = await OwnServer.start({ gateway });
after(() => server[Symbol.asyncDispose]());

async function cardsAt(asked: HttpAsk = { path: '/v1/cards' }): Promise<unknown> {
  const { json } = await ask(server.gateway, asked);
  return (json as { cards: unknown }).cards;
}

describe('a card', () => {
  test('is read as it was put, also of a client that has not reported, and goes with it', async () => {
    const client = 'ü/"%';
    const path = `/v1/clients/${encodeURIComponent(client)}/card`;
    const card = { name: '<b>Ännchen</b> 👩‍👧', icon: 'bike', face: FACE };
    assert.equal((await put(server.gateway, path, card)).status, 204);
    assert.deepEqual((await ask(server.gateway, { path })).json, card);
    const [listed] = (await cardsAt()) as { faceTag: string }[];
    assert.match(listed?.faceTag ?? '', /^[0-9a-f]{16}$/);
    const { name, icon } = card;
    assert.deepEqual(listed, { client, name, icon, faceTag: listed?.faceTag });

    assert.equal((await put(server.gateway, path, { icon: 'boat' })).status, 204);
    assert.deepEqual(
      await cardsAt(),
      [{ client, icon: 'boat' }],
      'all of the card before has gone',
    );
    const removal = { method: 'DELETE', path: path.replace('/card', '') };
    assert.equal((await ask(server.gateway, removal)).status, 204);
    assert.deepEqual(await cardsAt(), []);
    assert.equal(problemIn(await ask(server.gateway, { path })), 'unknown-card');
  });

  test('can be removed alone, and where there is none', async () => {
    const path = '/v1/clients/kiwi/card';
    await put(server.gateway, path, { name: 'Kiwi' });
    for (const times of [1, 2]) {
      assert.equal((await ask(server.gateway, { method: 'DELETE', path })).status, 204, `${times}`);
    }
    assert.deepEqual(await cardsAt(), []);
  });

  test('is not sent again where the caller has the same', async () => {
    const { headers } = await ask(server.gateway, { path: '/v1/cards' });
    const again = { path: '/v1/cards', headers: { 'if-none-match': headers.etag } };
    assert.equal((await ask(server.gateway, again)).status, 304);
    await put(server.gateway, '/v1/clients/emu/card', { name: 'Emu' });
    assert.deepEqual(await cardsAt(again), [{ client: 'emu', name: 'Emu' }]);
  });

  test('that cannot be is refused, with what was expected', async () => {
    const long = `/v1/clients/${'x'.repeat(2000)}/card`;
    const cases: readonly [body: unknown, expected: RegExp, path?: string][] = [
      [{ name: '' }, /1 to 64 characters/],
      [{ name: 'a\nb' }, /1 to 64 characters/],
      [{ name: 'x'.repeat(65) }, /1 to 64 characters/],
      [{ icon: 'submarine' }, /one of person, car/],
      [{ face: 'not base64' }, /base64/],
      [{ face: btoa('<svg xmlns="http://www.w3.org/2000/svg"/>') }, /a PNG or JPEG/],
      [{ face: 'A'.repeat(7172) }, /at most 7168/],
      [{ nick: 'x' }, /no member .*nick/],
      [{ name: 'x' }, /short enough/, long],
    ];
    for (const [body, expected, path = '/v1/clients/emu/card'] of cases) {
      const reply = await put(server.gateway, path, body);
      assert.equal(problemIn(reply), 'invalid-request');
      assert.match(String(reply.bytes), expected);
    }
    assert.deepEqual(await cardsAt(), [{ client: 'emu', name: 'Emu' }]);
  });
});

test('a caller is told what it may do, and until when', async () => {
  const expiresMs = Date.now() + 7_200_000;
  const share = testToken('dinner', { isShare: true, groups: ['family'], expiresMs });
  const access = {
    ...accessOptions({ clients: 'never', gateway: 'beyond-loopback' }),
    groups: [{ name: 'family', clients: ['anna', 'kid-*'] }],
    tokens: [share.rule],
  };
  await using guarded = await OwnServer.start({ gateway, access });
  const everything = { report: ['*'], read: ['*'], groups: [], operate: true };
  const open = await ask(server.gateway, { path: '/v1/access' });
  assert.deepEqual(open.json, { hasTokens: false, ...everything });
  const anybody = await ask(guarded.gateway, { path: '/v1/access' });
  assert.deepEqual(anybody.json, { hasTokens: true, ...everything });
  const headers = { authorization: `Bearer ${share.token}` };
  const { json } = await ask(guarded.gateway, { path: '/v1/access', headers });
  const expiresAt = `${new Date(expiresMs).toISOString().slice(0, 19)}Z`;
  assert.deepEqual(json, {
    hasTokens: true,
    token: { name: 'dinner', isShare: true, expiresAt },
    report: [],
    read: ['anna', 'kid-*'],
    groups: ['family'],
    operate: false,
  });
});

test('groups are shown to who may read by them, or every client', async () => {
  const inFamily = testToken('in-family', { groups: ['family'] });
  const ofAll = testToken('of-all', { read: ['*'] });
  const ofAnna = testToken('of-anna', { read: ['anna'] });
  const access = {
    ...accessOptions({ clients: 'never', gateway: 'beyond-loopback' }),
    groups: [
      { name: 'work', clients: ['truck-*'] },
      { name: 'family', clients: ['anna', 'kid-*'] },
    ],
    tokens: [inFamily.rule, ofAll.rule, ofAnna.rule],
  };
  await using guarded = await OwnServer.start({ gateway, access });
  const groupsOf = async (token?: string): Promise<unknown> => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const reply: HttpReply = await ask(guarded.gateway, { path: '/v1/groups', headers });
    return (reply.json as { groups: unknown }).groups;
  };
  const family = { name: 'family', clients: ['anna', 'kid-*'] };
  const both = [family, { name: 'work', clients: ['truck-*'] }];
  assert.deepEqual(await groupsOf(), both, 'where no token is asked for');
  assert.deepEqual(await groupsOf(inFamily.token), [family]);
  assert.deepEqual(await groupsOf(ofAll.token), both);
  assert.deepEqual(await groupsOf(ofAnna.token), []);
  const open = await ask(server.gateway, { path: '/v1/groups' });
  assert.deepEqual(open.json, { groups: [] }, 'a herd without an access file has none');
});
