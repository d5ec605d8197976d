import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { z } from 'zod';
import { TestClient } from '../support/client.ts';
import { moment, OPEN_SEA } from '../support/commands.ts';
import { TestHerd } from '../support/herd.ts';
import { untilLogged } from '../support/server-log.ts';
import { pageOf, TestUpstream } from '../support/upstream.ts';

/** Written otherwise in a URL: neither way may it come out anywhere. */
const KEY = 'AIza-secret/key+of=the&test';
const FORMS = [KEY, encodeURIComponent(KEY)];

const PAGE = pageOf('whole');
const WHOLE = JSON.stringify(PAGE);
const HALF = WHOLE.slice(0, WHOLE.length / 2);

interface Fault {
  readonly name: string;
  readonly answer: (response: ServerResponse) => void;
  /** What the client gets to see, and the operator. */
  readonly status: string;
  readonly code: string;
}

function refusal(status: string): Pick<Fault, 'status' | 'code' | 'answer'> {
  const error_message = `The key ${KEY} (${encodeURIComponent(KEY)}) is not welcome.`;
  const answer = (response: ServerResponse): void => {
    response.end(JSON.stringify({ html_attributions: [], results: [], status, error_message }));
  };
  return { status, code: 'UPSTREAM_REFUSED', answer };
}

function httpStatus(number: number, status: string): Pick<Fault, 'status' | 'code' | 'answer'> {
  const headers = { location: `http://127.0.0.1:1/?key=${KEY}` };
  const answer = (response: ServerResponse): void => {
    response.writeHead(number, headers).end(KEY);
  };
  return { status, code: 'UPSTREAM_HTTP_STATUS', answer };
}

const UNKNOWN = 'UNKNOWN_ERROR';
const BAD = { status: UNKNOWN, code: 'UPSTREAM_BAD_ANSWER' };
const BROKEN = { status: UNKNOWN, code: 'UPSTREAM_CONNECTION' };
const LATE = { status: UNKNOWN, code: 'UPSTREAM_TIMEOUT' };

const FAULTS: readonly Fault[] = [
  { name: 'no JSON', ...BAD, answer: (response) => response.end(`<html>${KEY}</html>`) },
  { name: 'nothing', ...BAD, answer: (response) => response.end() },
  { name: 'half of the JSON', ...BAD, answer: (response) => response.end(HALF) },
  { name: 'JSON of another shape', ...BAD, answer: (response) => response.end(`["${KEY}"]`) },
  { name: 'a cut connection', ...BROKEN, answer: (response) => response.destroy() },
  {
    name: 'a connection cut half-way',
    ...BROKEN,
    answer(response) {
      response.writeHead(200, { 'content-length': WHOLE.length });
      response.write(HALF, () => response.destroy());
    },
  },
  { name: 'a refused key', ...refusal('REQUEST_DENIED') },
  { name: 'a used up quota', ...refusal('OVER_QUERY_LIMIT') },
  { name: 'an invalid request', ...refusal('INVALID_REQUEST') },
  { name: 'HTTP status 500', ...httpStatus(500, UNKNOWN) },
  { name: 'HTTP status 429', ...httpStatus(429, 'OVER_QUERY_LIMIT') },
  { name: 'HTTP status 403', ...httpStatus(403, 'REQUEST_DENIED') },
  { name: 'a redirect', ...httpStatus(302, UNKNOWN) },
  { name: 'no answer at all', ...LATE, answer: () => undefined },
  { name: 'half an answer and silence', ...LATE, answer: (response) => response.write(HALF) },
];

const failedPage = z.strictObject({
  html_attributions: z.array(z.never()),
  results: z.array(z.never()),
  status: z.string(),
  error_message: z.string().min(1),
});

const AT_ONCE = { concurrency: FAULTS.length }; // some take until the upstream's time is up

test('an upstream that fails in any way: the reply, the log, no key', AT_ONCE, async (t) => {
  await using upstream = await TestUpstream.start();
  await using herd = await TestHerd.make({ servers: ['Riley'], places: upstream.places });
  const server = await herd.serve('Riley', { GOOGLE_MAPS_API_KEY: KEY });
  const said: string[] = [];

  await Promise.all(
    FAULTS.map((fault, index) =>
      t.test(fault.name, async () => {
        said.push(await meetFault(herd, upstream, fault, index + 1));
      }),
    ),
  );
  for (const code of new Set(FAULTS.map((fault) => fault.code))) {
    const count = FAULTS.filter((fault) => fault.code === code).length;
    const logged = await untilLogged(herd, 'Riley', { event: 'places-fault', code }, count);
    assert.equal(logged.length, count, code);
    for (const { level, provider } of logged) {
      assert.deepEqual({ level, provider }, { level: 'warn', provider: 'google-legacy' });
    }
  }

  await server.stop();
  const logs = dirname(herd.logFile('Riley'));
  for (const file of await readdir(logs)) said.push(await readFile(join(logs, file), 'utf8'));
  for (const text of [...said, server.stdout, server.stderr]) {
    for (const form of FORMS) assert.ok(!text.includes(form), text);
  }
});

/** Asks, has the upstream fail, and then answer well; returns all that the server said. */
async function meetFault(
  herd: TestHerd,
  upstream: TestUpstream,
  fault: Fault,
  radiusKm: number,
): Promise<string> {
  await using client = await TestClient.connect(herd.clients('Riley'));
  const kiwi = `kiwi-${radiusKm}`;
  const at = await client.ask(`IAMAT ${kiwi} ${OPEN_SEA} ${moment(0)}`);

  client.sendLine(`WHATSAT ${kiwi} ${radiusKm} 5`);
  const held = await upstream.request(radiusKm * 1000);
  assert.equal(held.query.get('key'), KEY);
  assert.equal(await client.ask('meanwhile'), '? meanwhile');
  fault.answer(held.response);
  const reply = await client.readPlaces();
  assert.equal(reply.at, at);
  assert.equal(failedPage.parse(reply.json).status, fault.status);

  // What failed was not kept: the next question is asked anew.
  client.sendLine(`WHATSAT ${kiwi} ${radiusKm} 5`);
  (await upstream.request(radiusKm * 1000)).response.end(WHOLE);
  assert.deepEqual(await client.readPlaces(), { at, json: PAGE });
  return JSON.stringify(reply);
}
