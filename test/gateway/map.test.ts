import assert from 'node:assert/strict';
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { accessOptions, TOKENS } from '../support/access.ts';
import { TestFolder } from '../support/folder.ts';
import { ask, problemIn, type HttpReply } from '../support/http.ts';
import { OwnServer } from '../support/own-server.ts';

/* The street map of the dashboard, as a gateway serves it. */

const folder = await TestFolder.make();
after(() => folder[Symbol.asyncDispose]());
const path = join(folder.path, 'tiles.pmtiles');
const BYTES = Buffer.concat([Buffer.from('PMTiles\u0003'), Buffer.alloc(70_000, 'tiles')]);
await writeFile(path, BYTES);

const MAP = {
  style: { type: 'file', path },
  darkStyle: { type: 'raster', url: 'https://tile.example.org/{z}/{x}/{y}.png' },
  attribution: '© all of us',
  origins: ['https://tile.example.org'],
} as const;

const server = await OwnServer.start({
  gateway: { host: '127.0.0.1', port: 0 },
  access: accessOptions({ clients: 'never', gateway: 'always' }),
  map: MAP,
});
after(() => server[Symbol.asyncDispose]());

const AUTHORIZATION = { authorization: `Bearer ${TOKENS.right.token}` };
const TILES = '/map/tiles.pmtiles';

function get(
  url: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<HttpReply> {
  return ask(server.gateway, { method, path: url, headers: { ...AUTHORIZATION, ...headers } });
}

test('the page is told what the map is made of, and may load it from there', async () => {
  const { status, json } = await get('/v1/map');
  assert.equal(status, 200);
  assert.deepEqual(json, { ...MAP, style: { type: 'pmtiles', url: TILES } });
  const page = await get('/');
  const policy = String(page.headers['content-security-policy']);
  assert.match(
    policy,
    /connect-src 'self' http:\/\/127\.0\.0\.1:\d+ https:\/\/tile\.example\.org;/,
  );
  assert.equal(policy.match(/tile\.example\.org/g)?.length, 1, policy);
});

test('a part of the archive is sent as it is asked for', async () => {
  const cases: readonly (readonly [string, number, number])[] = [
    ['bytes=0-15', 0, 15],
    ['bytes=16-65551', 16, 65_551],
    ['bytes=70000-', 70_000, BYTES.length - 1],
    ['bytes=-8', BYTES.length - 8, BYTES.length - 1],
  ];
  for (const [range, first, last] of cases) {
    const { status, headers, bytes } = await get(TILES, { range, 'accept-encoding': 'br, gzip' });
    assert.equal(status, 206, range);
    assert.equal(headers['content-range'], `bytes ${first}-${last}/${BYTES.length}`);
    assert.equal(headers['content-length'], String(last - first + 1));
    assert.equal(headers['content-encoding'], undefined);
    assert.deepEqual(bytes, BYTES.subarray(first, last + 1), range);
  }
  const outside = await get(TILES, { range: `bytes=${BYTES.length}-` });
  assert.equal(outside.status, 416);
  assert.equal(problemIn(outside), 'no-such-range');
  assert.equal(outside.headers['content-range'], `bytes */${BYTES.length}`);
});

test('all of the archive is sent where no range is meant, and HEAD says how much that is', async () => {
  const whole = await get(TILES);
  assert.equal(whole.status, 200);
  assert.equal(whole.headers['content-type'], 'application/vnd.pmtiles');
  assert.equal(whole.headers['accept-ranges'], 'bytes');
  assert.deepEqual(whole.bytes, BYTES);
  const several = await get(TILES, { range: 'bytes=0-1,4-5' });
  assert.equal(several.status, 200);
  const head = await get(TILES, { range: 'bytes=0-1' }, 'HEAD');
  assert.equal(head.status, 200);
  assert.equal(head.headers['content-length'], String(BYTES.length));
  assert.equal(head.headers.etag, whole.headers.etag);
  assert.equal(head.bytes.length, 0);
});

test('a part of another archive is not taken for one of this', async () => {
  const { headers } = await get(TILES, { range: 'bytes=0-1' });
  const etag = String(headers.etag);
  assert.match(etag, /^"/, 'a strong one');
  const range = 'bytes=0-1';
  assert.equal((await get(TILES, { range, 'if-range': etag })).status, 206);
  assert.equal((await get(TILES, { 'if-none-match': etag })).status, 304);
  await appendFile(path, 'more');
  assert.equal((await get(TILES, { range, 'if-range': etag })).status, 200);
  assert.equal((await get(TILES, { range, 'if-none-match': etag })).status, 206);
  assert.notEqual((await get(TILES, { range })).headers.etag, etag);
});

test('the map is for those alone who may read', async () => {
  for (const url of ['/v1/map', TILES]) {
    for (const shown of ['right', 'narrow', 'share'] as const) {
      const authorization = `Bearer ${TOKENS[shown].token}`;
      assert.equal((await get(url, { authorization })).status, 200, `${url} ${shown}`);
    }
    const authorization = `Bearer ${TOKENS.reporter.token}`;
    assert.equal(problemIn(await get(url, { authorization })), 'forbidden');
    assert.equal(problemIn(await ask(server.gateway, { path: url })), 'unauthorized');
  }
});

test('the map comes and goes while the server runs', async () => {
  const dark = '/map/dark.pmtiles';
  assert.equal(problemIn(await get(dark)), 'no-such-resource');
  server.reload({ map: { ...MAP, darkStyle: { type: 'file', path } } });
  assert.equal((await get(dark, { range: 'bytes=0-6' })).bytes.toString(), 'PMTiles');
  server.reload({ map: { ...MAP, style: { type: 'file', path: join(folder.path, 'none') } } });
  assert.equal(problemIn(await get(TILES)), 'no-such-resource');
  server.reload({ map: undefined });
  const none = { style: null, darkStyle: null, attribution: null, origins: [] };
  assert.deepEqual((await get('/v1/map')).json, none);
  assert.equal(problemIn(await get(TILES)), 'no-such-resource');
  const page = await get('/');
  assert.doesNotMatch(String(page.headers['content-security-policy']), /example/);
});
