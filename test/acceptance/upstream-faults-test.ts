import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { TestClient } from '../support/client.ts';
import { moment, OPEN_SEA } from '../support/commands.ts';
import { eventuallyTrue } from '../support/eventually.ts';
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

/** One of each kind: the quick tier's. */
export const FAULTS: readonly Fault[] = [
  { name: 'half of the JSON', ...BAD, answer: (response) => response.end(HALF) },
  { name: 'a cut connection', ...BROKEN, answer: (response) => response.destroy() },
  { name: 'a refused key', ...refusal('REQUEST_DENIED') },
  { name: 'HTTP status 500', ...httpStatus(500, UNKNOWN) },
  { name: 'half an answer and silence', ...LATE, answer: (response) => response.write(HALF) },
];

/** The others. */
export const MORE_FAULTS: readonly Fault[] = [
  { name: 'no JSON', ...BAD, answer: (response) => response.end(`<html>${KEY}</html>`) },
  { name: 'nothing', ...BAD, answer: (response) => response.end() },
  { name: 'JSON of another shape', ...BAD, answer: (response) => response.end(`["${KEY}"]`) },
  {
    name: 'a connection cut half-way',
    ...BROKEN,
    answer(response) {
      response.writeHead(200, { 'content-length': WHOLE.length });
      response.write(HALF, () => response.destroy());
    },
  },
  { name: 'a used up quota', ...refusal('OVER_QUERY_LIMIT') },
  { name: 'an invalid request', ...refusal('INVALID_REQUEST') },
  { name: 'HTTP status 429', ...httpStatus(429, 'OVER_QUERY_LIMIT') },
  { name: 'HTTP status 403', ...httpStatus(403, 'REQUEST_DENIED') },
  { name: 'a redirect', ...httpStatus(302, UNKNOWN) },
  { name: 'no answer at all', ...LATE, answer: () => undefined },
];

const failedPage = z.strictObject({
  html_attributions: z.array(z.never()),
  results: z.array(z.never()),
  status: z.string(),
  error_message: z.string().min(1),
});

const AT_ONCE = { concurrency: 4 }; // some take until the upstream's time is up

/** Defines the test that each of these leaves a reply and a line in the log that say what it was, and not the key. */
export function testFaults(faults: readonly Fault[]): void {
  test('an upstream that fails: the reply, the log, no key', AT_ONCE, async (t) => {
    await Promise.all(faults.map((fault) => t.test(fault.name, () => meetFault(fault))));
  });
}

/** A server whose upstream fails once, and answers well from then on. */
async function meetFault({ answer, code, status }: Fault): Promise<void> {
  await using upstream = await TestUpstream.start();
  const deadline = code === LATE.code ? '1s' : '60s';
  const places = { ...upstream.places, calls: { deadline } };
  await using herd = await TestHerd.make({ servers: ['Riley'], places });
  const server = await herd.serve('Riley', { GOOGLE_MAPS_API_KEY: KEY });
  await using client = await TestClient.connect(herd.clients('Riley'));
  const at = await client.ask(`IAMAT kiwi ${OPEN_SEA} ${moment(0)}`);

  client.sendLine('WHATSAT kiwi 10 5');
  const pending = await upstream.request(10_000);
  assert.equal(pending.query.get('key'), KEY);
  assert.equal(await client.ask('meanwhile'), '? meanwhile');
  answer(pending.response);
  const reply = await client.readPlaces();
  assert.equal(reply.at, at);
  assert.equal(failedPage.parse(reply.json).status, status);
  const [logged] = await untilLogged(herd, 'Riley', { event: 'places-fault', code });
  assert.deepEqual([logged?.level, logged?.['provider']], ['warn', 'google-legacy']);

  if (!PAUSING.has(status)) await untilAskedAgain(client, upstream, at);
  await server.stop();
  const log = await readFile(herd.logFile('Riley'), 'utf8');
  for (const text of [JSON.stringify(reply), log, server.stdout, server.stderr]) {
    for (const form of FORMS) assert.ok(!text.includes(form), text);
  }
}

/** After these the upstream is left alone for longer than a test should take. */
const PAUSING: ReadonlySet<string> = new Set(['OVER_QUERY_LIMIT', 'REQUEST_DENIED']);

/** What failed is not kept for long: the question is asked anew, and then answered. */
async function untilAskedAgain(
  client: TestClient,
  upstream: TestUpstream,
  at: string,
): Promise<void> {
  upstream.answerFromNowOn(WHOLE);
  await eventuallyTrue('the upstream has answered', async () => {
    client.sendLine('WHATSAT kiwi 10 5');
    const { at: of, json } = await client.readPlaces();
    assert.equal(of, at);
    return isDeepStrictEqual(json, PAGE);
  });
}
