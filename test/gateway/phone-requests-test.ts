import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request as requestHttp, type IncomingMessage } from 'node:http';
import { after, test } from 'node:test';
import { text } from 'node:stream/consumers';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Address } from '#src/transport/address.js';
import { PHONE_APPS } from '#src/gateway/ingest/apps.js';
import { accessOptions, TOKENS } from '../support/access.ts';
import { OwnServer } from '../support/own-server.ts';

/*
 * With a good token there is nothing that an app could send and be refused: it would repeat that for ever. All of
 * these requests go to one server, over a few connections that are kept.
 */

const { token } = TOKENS.reporter;

/** What a request says beside the name of its app. */
interface Sent {
  readonly method: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  /** It is sent in these pieces. */
  readonly pieces: readonly Buffer[];
}

/** Sends a request over one of an agent's connections. */
async function send(to: Address & { agent: Agent }, app: string, sent: Sent) {
  const { method, query, headers, pieces } = sent;
  const request = requestHttp({
    ...to,
    method,
    path: `/in/${app}/${token}${query}`,
    headers,
  });
  const answered = once(request, 'response') as Promise<[IncomingMessage]>;
  for (const piece of pieces) await new Promise((resolve) => request.write(piece, resolve));
  request.end();
  const [response] = await answered;
  return {
    status: response.statusCode,
    type: response.headers['content-type'],
    body: await text(response),
  };
}

/** What each app takes for a success. */
function assertSuccess(
  app: string,
  sent: Sent,
  { status, body }: Awaited<ReturnType<typeof send>>,
): void {
  const shown = `${app}: ${JSON.stringify({ ...sent, pieces: sent.pieces.map(String) }).slice(0, 500)}`;
  assert.equal(status, 200, `${shown}\n${body}`);
  if (sent.method === 'HEAD') return;
  if (app === 'owntracks') assert.ok(Array.isArray(JSON.parse(body)), shown);
  if (app === 'overland') assert.equal(body, '{"result":"ok"}', shown);
  if (app === 'ulogger') assert.match(body, /^\{"error":false/, shown);
}

const FIELDS =
  'id,lat,lon,timestamp,tst,acc,hdop,speed,vel,batt,_type,locations,coords,position,action';
const member = fc.constantFrom(...FIELDS.split(','));
const json = fc.dictionary(
  member,
  fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant('location')),
);
const bytes = fc.oneof(
  json.map((value) => Buffer.from(JSON.stringify(value))),
  json.map((value) => Buffer.from(`\ufeff${JSON.stringify([value])}`, 'utf16le')),
  fc.dictionary(member, fc.string()).map((form) => Buffer.from(String(new URLSearchParams(form)))),
  fc.uint8Array({ maxLength: 100 }).map((value) => Buffer.from(value)),
  fc.constant(Buffer.alloc(0)),
);
/** Encodings, and bodies that are in them, or not. */
const encoded = fc.tuple(
  bytes,
  fc.constantFrom('gzip', 'br', 'half gzip', 'zstd', 'identity', undefined),
);
const contentType = fc.constantFrom(
  undefined,
  'application/json',
  'application/json; charset=latin1',
  'text/plain; charset="utf-16"',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'json',
  '; charset=',
  '*/*',
);

const requests: fc.Arbitrary<Sent> = fc
  .record({
    method: fc.constantFrom('POST', 'POST', 'GET', 'PUT', 'HEAD', 'PATCH', 'DELETE'),
    query: fc.oneof(
      fc.constant(''),
      fc.constantFrom('?lat=%E0%A4%A', '?&&=&lat', '?lat=53,0792&lon=8&id=x', '?lat=1&lat=2&lon=3'),
      fc.webQueryParameters().map((text) => `?${text}`),
    ),
    encoded,
    contentType,
    cut: fc.nat(),
    expectsContinue: fc.boolean(),
  })
  .map(({ method, query, encoded: [body, encoding], contentType: type, cut, expectsContinue }) => {
    const hasBody = method !== 'GET' && method !== 'HEAD';
    const headers = {
      ...(type === undefined ? {} : { 'content-type': type }),
      ...(encoding === undefined ? {} : { 'content-encoding': encoding.replace('half ', '') }),
      ...(hasBody ? { 'transfer-encoding': 'chunked' } : {}),
      ...(expectsContinue && hasBody ? { expect: '100-continue' } : {}),
    };
    const all = encode(body, encoding);
    const at = cut % (all.length + 1);
    const pieces = hasBody ? [all.subarray(0, at), all.subarray(at)] : [];
    return { method, query, headers, pieces: pieces.filter(({ length }) => length > 0) };
  });

function encode(body: Buffer, encoding: string | undefined): Buffer {
  if (encoding === 'gzip') return gzipSync(body);
  if (encoding === 'br') return brotliCompressSync(body);
  return encoding === 'half gzip' ? gzipSync(body).subarray(0, 12) : body;
}

/**
 * Defines the tests that no request of an app is refused, for each app.
 *
 * @param numRuns how many requests of each
 */
export async function testPhoneRequests(numRuns: number, seed: number): Promise<void> {
  const server = await OwnServer.start({
    gateway: { host: '127.0.0.1', port: 0 },
    access: accessOptions({ clients: 'never', gateway: 'always' }),
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  after(async () => {
    agent.destroy();
    await server[Symbol.asyncDispose]();
  });
  for (const app of PHONE_APPS.keys()) {
    const ask = async (sent: Sent): Promise<void> => {
      assertSuccess(app, sent, await send({ ...server.gateway, agent }, app, sent));
    };
    test(`${app}: is told of a success, whatever it sends`, async () => {
      await fc.assert(fc.asyncProperty(requests, ask), { numRuns, seed });
    });

    test(`${app}: also with a megabyte, and ten at once`, async () => {
      const large = `{"_type":"card","locations":[],"face":"${'x'.repeat(1024 ** 2)}"}`;
      const headers = { 'content-type': 'application/json' };
      await ask({ method: 'POST', query: '', headers, pieces: [Buffer.from(large)] });
      const small = { method: 'POST', query: '', headers, pieces: [Buffer.from('{}')] };
      await Promise.all(Array.from({ length: 10 }, () => ask(small)));
    });
  }
}
