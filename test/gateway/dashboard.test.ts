import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { formatAddress } from '#src/transport/address.js';
import { ask, problemIn, type HttpReply } from '../support/http.ts';
import { OwnServer } from '../support/own-server.ts';
import { CHECKOUT } from '../support/process.ts';

/* The dashboard's files, as a gateway serves them. test/dashboard/ has the page in a browser. */

const ANY = { host: '127.0.0.1', port: 0 };
const FOLDER = join(CHECKOUT, 'dist/web');
const ASSETS = readdirSync(join(FOLDER, 'assets'));

const server = await OwnServer.start({ gateway: ANY });
after(() => server[Symbol.asyncDispose]());

function get(path: string, headers: Record<string, string> = {}): Promise<HttpReply> {
  return ask(server.gateway, { path, headers });
}

/** The path of an asset by the beginning and the end of its name. */
function asset(begin: string, end: string): string {
  const name = ASSETS.find((each) => each.startsWith(begin) && each.endsWith(end));
  return `/assets/${name ?? assert.fail(`no ${begin}…${end}`)}`;
}

test('the page is at /, with a policy that lets nothing else in', async () => {
  const { status, headers, bytes } = await get('/');
  assert.equal(status, 200);
  assert.equal(headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(headers['cache-control'], 'no-cache');
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['x-frame-options'], 'DENY');
  const policy = String(headers['content-security-policy']).split('; ');
  assert.ok(policy.includes("default-src 'none'"));
  assert.ok(policy.includes("script-src 'self'"));
  assert.ok(policy.includes("style-src 'self'"));
  assert.ok(policy.includes("frame-ancestors 'none'"));
  const own = `http://${formatAddress(server.gateway)}`;
  assert.ok(policy.includes(`connect-src 'self' ${own}`), String(policy));
  const text = String(bytes);
  assert.doesNotMatch(text, /<script(?![^>]*\bsrc=)|<style|\bon\w+=|https?:/i);
  for (const [, path = ''] of text.matchAll(/(?:src|href)="\.(\/[^"]+)"/g)) {
    assert.equal((await get(path)).status, 200, path);
  }
});

test('what stays under its name is asked for again, what changes its name is kept', async () => {
  const { headers } = await get('/');
  const again = await get('/', { 'if-none-match': String(headers.etag) });
  assert.equal(again.status, 304);
  assert.equal(again.bytes.length, 0);
  assert.ok(again.headers['content-security-policy'], 'of the herd as it is now');
  const script = await get(asset('index-', '.js'));
  assert.equal(script.headers['content-type'], 'text/javascript; charset=utf-8');
  assert.equal(script.headers['cache-control'], 'public, max-age=31536000, immutable');
});

test('a file is sent in the form that the caller takes', async () => {
  const path = asset('index-', '.js');
  const plain = await get(path);
  assert.equal(plain.headers['content-encoding'], undefined);
  assert.deepEqual(plain.bytes, readFileSync(join(FOLDER, path)));
  const brotli = await get(path, { 'accept-encoding': 'gzip, deflate, br' });
  assert.equal(brotli.headers['content-encoding'], 'br');
  assert.deepEqual(brotliDecompressSync(brotli.bytes), plain.bytes);
  const gzip = await get(path, { 'accept-encoding': 'br;q=0, gzip;q=0.5' });
  assert.equal(gzip.headers['content-encoding'], 'gzip');
  assert.deepEqual(gunzipSync(gzip.bytes), plain.bytes);
  for (const { headers } of [plain, brotli, gzip]) {
    assert.equal(headers.vary?.toLowerCase().includes('accept-encoding'), true);
    assert.equal(headers.etag, plain.headers.etag);
  }
});

test('no path leads out of the folder', async () => {
  const script = asset('index-', '.js').replace('/assets/', '');
  const paths = [
    '/assets/',
    '/assets/none.js',
    '/assets/../index.html',
    '/assets/..%2f..%2f..%2fpackage.json',
    '/assets/%2e%2e/%2e%2e/index.js',
    `/assets/./${script}`,
    `/assets/${script}.br`,
    `/assets/${script}%00`,
    '/index.html',
  ];
  for (const path of paths) {
    const reply = await get(path);
    assert.equal(reply.status, 404, path);
    assert.equal(problemIn(reply), 'no-such-resource', path);
  }
  for (const path of ['/', '/assets/none.js']) {
    const reply = await ask(server.gateway, { method: 'POST', path });
    assert.equal(problemIn(reply), 'method-not-allowed', path);
    assert.equal(reply.headers.allow, 'GET, HEAD');
  }
});

test('HEAD says what GET would', async () => {
  const got = await get('/');
  const { status, headers, bytes } = await ask(server.gateway, { method: 'HEAD', path: '/' });
  assert.equal(status, 200);
  assert.equal(bytes.length, 0);
  assert.equal(headers.etag, got.headers.etag);
});

test('the pages of the herd’s gateways may ask the API, other pages not', async () => {
  const own = `http://${formatAddress(server.gateway)}`;
  const allowed = await get('/v1/clients', { origin: own });
  assert.equal(allowed.headers['access-control-allow-origin'], own);
  const preflight = await ask(server.gateway, {
    method: 'OPTIONS',
    path: '/v1/herd',
    headers: {
      origin: own,
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'authorization',
    },
  });
  assert.equal(preflight.headers['access-control-allow-headers'], 'authorization');
  const stranger = await get('/v1/clients', { origin: 'http://127.0.0.1:1' });
  assert.equal(stranger.headers['access-control-allow-origin'], undefined);
});

test('the page is small, and with the map no more than what was promised', () => {
  const size = (wanted: (name: string) => boolean): number =>
    ASSETS.filter((name) => name.endsWith('.br') && wanted(name))
      .map((name) => readFileSync(join(FOLDER, 'assets', name)).length)
      .reduce((sum, each) => sum + each, 0);
  const isScript = (name: string): boolean => /\.m?js\.br$/.test(name);
  const isStyle = (name: string): boolean => name.endsWith('.css.br');
  const isOf = (...parts: string[]) => {
    return (name: string): boolean => parts.some((part) => name.startsWith(`${part}-`));
  };
  // Charts are loaded in the herd view, and the archive of street maps where one is configured.
  const isElsewhere = isOf('chart', 'street-archive');
  const isOfMap = isOf('map-view', 'maplibre-gl-worker');
  const first = size(
    (name) => (isScript(name) || isStyle(name)) && !isOfMap(name) && !isElsewhere(name),
  );
  assert.ok(first > 5000 && first < 60_000, `${first} bytes without the map`);
  const withMap = size((name) => isScript(name) && !isElsewhere(name));
  assert.ok(withMap > 100_000 && withMap < 500_000, `${withMap} bytes of script with the map`);
});
