import assert from 'node:assert/strict';
import test from 'node:test';

import { Herd } from './herd.ts';

/** A herd whose servers answer with these headers, and what each was asked with. */
function herdOf(answers: readonly Readonly<Record<string, string>>[], consistencyMs?: number) {
  const asked: Headers[] = [];
  const herd = new Herd({
    servers: ['http://a', 'http://b'],
    token: 'geheim',
    consistencyMs,
    fetch: async (_, init) => {
      const headers = answers[asked.length] ?? {};
      asked.push(new Headers(init?.headers));
      const { method } = init ?? {};
      if (method !== 'GET') return new Response(null, { status: 204, headers });
      return Response.json({ geofences: [] }, { headers });
    },
  });
  return { herd, asked };
}

const REPORT = { client: 'kiwi', latitude: 1, longitude: 2 };

test('reads carry what all writes before were answered with', async () => {
  const { herd, asked } = herdOf([
    { 'consistency-token': 'Riley:1:5,Jaquez:1:2' },
    {},
    { 'consistency-token': 'Riley:1:4,Jaquez:1:3' },
  ]);
  await herd.report(REPORT);
  await herd.geofences.list();
  await herd.remove('kiwi');
  await herd.geofences.list();
  const tokens = asked.map((headers) => headers.get('consistency-token'));
  assert.deepEqual(tokens, [null, 'Riley:1:5,Jaquez:1:2', null, 'Riley:1:5,Jaquez:1:3']);
  assert.ok(asked.every((headers) => headers.get('authorization') === 'Bearer geheim'));
  await herd.close();
});

test('where that is not wanted they carry nothing', async () => {
  const { herd, asked } = herdOf([{ 'consistency-token': 'Riley:1:5' }], 0);
  await herd.report(REPORT);
  await herd.geofences.list();
  assert.equal(asked[1]?.get('consistency-token'), null);
  assert.equal(herd.consistencyToken, undefined);
  await herd.close();
});
