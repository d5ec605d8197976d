import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { createGoogleLegacyProvider } from '#src/places/google-legacy/provider.js';
import { askForPage, createNearbySearch, type UpstreamFault } from '#src/places/nearby-search.js';
import type { NearbyQuery, PlacesPage } from '#src/places/provider.js';
import { AnsweringUpstream } from './answering-upstream.ts';

const KEY = 'AIzaSyTest+Key/of=these&tests 0123456789';
const QUERY: NearbyQuery = { latitude: 34.06893, longitude: -118.445127, radiusMetres: 10_000 };

/** Longer than any answer takes on the loopback interface, however slow the machine. */
const PATIENT_MS = 60_000;
const IMPATIENT_MS = 50;

const PLACE = {
  business_status: 'OPERATIONAL',
  geometry: { location: { lat: 34.0635, lng: -118.4455 } },
  name: 'Café “Lumière”',
  place_id: 'ChIJ23rMKs-uEmsRFv5s2DDPNdM',
  types: ['cafe', 'point_of_interest'],
  vicinity: 'Westwood Plaza 7, Los Angeles',
};

const ANSWER = JSON.stringify({
  html_attributions: [],
  next_page_token: 'Aap_uEA7vb0DDYVJWEaX3O-AtYp77AaswQKSGtDaimt3gt7QCNpdjp1BkdM6acJ96xTec3tsV',
  results: [PLACE],
  status: 'OK',
});

function never(): AbortSignal {
  return new AbortController().signal;
}

/** What came of one question: what the asker gets, and what the operator is told. */
interface Outcome {
  readonly page: PlacesPage;
  readonly faults: readonly UpstreamFault[];
}

/** Asks once, and sees to it that the key is in nothing that comes of it. */
async function ask(url: string, deadlineMs: number, query = QUERY, key = KEY): Promise<Outcome> {
  const faults: UpstreamFault[] = [];
  const provider = createGoogleLegacyProvider({ url, key, deadlineMs });
  const askPage = askForPage(provider, { onFault: (fault) => faults.push(fault) });
  const outcome = { page: await askPage(query, never()), faults };
  for (const form of key === '' ? [] : [key, encodeURIComponent(key)]) {
    assert(!JSON.stringify(outcome).includes(form), JSON.stringify(outcome));
  }
  return outcome;
}

async function askUpstream(answer: RequestListener, deadlineMs = PATIENT_MS): Promise<Outcome> {
  await using upstream = await AnsweringUpstream.start(answer);
  return await ask(upstream.url, deadlineMs);
}

/** The outcome of a failed question: one fault, and a page without results. */
function assertFailed({ page, faults }: Outcome, code: string, status: string): void {
  const { error_message, ...rest } = page;
  assert.deepEqual(rest, { html_attributions: [], results: [], status });
  assert.notEqual(error_message ?? '', '');
  assert.deepEqual(
    faults.map(({ provider, code }) => ({ provider, code })),
    [{ provider: 'google-legacy', code }],
  );
  assert(faults[0]?.text.startsWith(error_message ?? ''), faults[0]?.text);
}

test('the request is the one of the documentation, and its answer is read', async () => {
  await using upstream = await AnsweringUpstream.start((_request, response) =>
    response.end(ANSWER),
  );
  const { page, faults } = await ask(upstream.url, PATIENT_MS);
  assert.deepEqual(page, JSON.parse(ANSWER));
  assert.deepEqual(faults, []);
  const [asked] = upstream.asked;
  assert.equal(asked?.pathname, '/maps/api/place/nearbysearch/json');
  assert.deepEqual(
    [...(asked?.searchParams ?? [])],
    [
      ['location', '34.06893,-118.445127'],
      ['radius', '10000'],
      ['key', KEY],
    ],
  );
});

test('an answer that comes byte by byte, or compressed, is the same answer', async () => {
  const bytes = Buffer.from(ANSWER);
  const trickled = await askUpstream((_request, response) => {
    Readable.from(Array.from(bytes, (byte) => Uint8Array.of(byte))).pipe(response);
  });
  const compressed = await askUpstream((_request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(bytes));
  });
  assert.deepEqual(trickled.page, JSON.parse(ANSWER));
  assert.deepEqual(compressed.page, JSON.parse(ANSWER));
});

for (const [radiusMetres, radius] of [
  [1e-9, '1'],
  [0.6, '1'],
  [1, '1'],
  [1234.5, '1235'],
  [50_000, '50000'],
  [50_000.1, '50000'],
  [1e9, '50000'],
] as const) {
  test(`a radius of ${radiusMetres} m is asked as ${radius}`, async () => {
    await using upstream = await AnsweringUpstream.start((_request, response) =>
      response.end(ANSWER),
    );
    await ask(upstream.url, PATIENT_MS, { ...QUERY, radiusMetres });
    assert.equal(upstream.asked[0]?.searchParams.get('radius'), radius);
  });
}

test('coordinates are asked without exponents and negative zeros', async () => {
  await using upstream = await AnsweringUpstream.start((_request, response) =>
    response.end(ANSWER),
  );
  for (const latitude of [1e-7, 1e-6, -1e-9, -90]) {
    await ask(upstream.url, PATIENT_MS, { ...QUERY, latitude, longitude: -0 });
  }
  assert.deepEqual(
    upstream.asked.map(({ searchParams }) => searchParams.get('location')),
    ['0,0', '0.000001,0', '0,0', '-90,0'],
  );
});

for (const [httpStatus, status] of [
  [400, 'INVALID_REQUEST'],
  [401, 'REQUEST_DENIED'],
  [403, 'REQUEST_DENIED'],
  [404, 'UNKNOWN_ERROR'],
  [418, 'UNKNOWN_ERROR'],
  [429, 'OVER_QUERY_LIMIT'],
  [500, 'UNKNOWN_ERROR'],
  [503, 'UNKNOWN_ERROR'],
  [204, 'UNKNOWN_ERROR'],
] as const) {
  test(`HTTP status ${httpStatus} becomes ${status}`, async () => {
    const outcome = await askUpstream((_request, response) => {
      response.writeHead(httpStatus, `Key ${encodeURIComponent(KEY)}`).end();
    });
    assertFailed(outcome, 'UPSTREAM_HTTP_STATUS', status);
    assert.match(outcome.faults[0]?.text ?? '', new RegExp(`\\b${httpStatus}\\b`));
  });
}

for (const httpStatus of [301, 302, 303, 307, 308]) {
  test(`a redirect with HTTP status ${httpStatus} is not followed`, async () => {
    await using elsewhere = await AnsweringUpstream.start((_request, response) =>
      response.end(ANSWER),
    );
    const outcome = await askUpstream(({ url = '' }, response) => {
      response.writeHead(httpStatus, { location: elsewhere.url + url }).end();
    });
    assertFailed(outcome, 'UPSTREAM_HTTP_STATUS', 'UNKNOWN_ERROR');
    assert.match(outcome.faults[0]?.text ?? '', /Redirects are not followed/);
    assert.deepEqual(elsewhere.asked, []);
  });
}

for (const [status, message] of [
  ['REQUEST_DENIED', 'The provided API key is invalid.'],
  ['OVER_QUERY_LIMIT', 'You have exceeded your daily request quota for this API.'],
  ['INVALID_REQUEST', 'Missing the location parameter.'],
  ['UNKNOWN_ERROR', 'Try again.'],
] as const) {
  test(`the answer ${status} is passed on with its reason`, async () => {
    const refusal = { error_message: message, html_attributions: [], results: [], status };
    const outcome = await askUpstream((_request, response) => {
      response.end(JSON.stringify(refusal));
    });
    assertFailed(outcome, 'UPSTREAM_REFUSED', status);
    assert.deepEqual(outcome.page, refusal);
  });
}

test('a reason that holds the key is passed on without it', async () => {
  const said = [`The key ${KEY} is bad`, `key=${encodeURIComponent(KEY)}&x`, KEY.repeat(100)];
  for (const error_message of said) {
    const outcome = await askUpstream((_request, response) => {
      response.end(JSON.stringify({ error_message, status: `DENIED ${KEY}` }));
    });
    assertFailed(outcome, 'UPSTREAM_REFUSED', 'UNKNOWN_ERROR');
    assert.match(outcome.page.error_message ?? '', /\[key\]/);
  }
});

test('places that hold the key are passed on without it', async () => {
  const answer = JSON.stringify({
    results: [{ ...PLACE, vicinity: KEY, photos: [{ url: `?key=${encodeURIComponent(KEY)}` }] }],
    status: 'OK',
  });
  const { page } = await askUpstream((_request, response) => response.end(answer));
  assert.deepEqual(page.results, [
    { ...PLACE, vicinity: '[key]', photos: [{ url: '?key=[key]' }] },
  ]);
});

test('a long reason is cut', async () => {
  const outcome = await askUpstream((_request, response) => {
    response.end(JSON.stringify({ error_message: 'x'.repeat(100_000), status: 'UNKNOWN_ERROR' }));
  });
  assert.equal(outcome.page.error_message, 'x'.repeat(1000));
});

test('ZERO_RESULTS is no fault', async () => {
  const empty = { html_attributions: [], results: [], status: 'ZERO_RESULTS' };
  const outcome = await askUpstream((_request, response) => {
    response.end(JSON.stringify(empty));
  });
  assert.deepEqual(outcome, { page: empty, faults: [] });
});

for (const [what, body] of [
  ['nothing', ''],
  ['no JSON', `<html>Your key is ${KEY}</html>`],
  ['another shape', JSON.stringify({ status: 'OK', results: [{ name: KEY }] })],
  ['too much', `${ANSWER}${' '.repeat(1024 * 1024)}`],
] as const) {
  test(`an upstream that answers with ${what} is a fault`, async () => {
    const outcome = await askUpstream((_request, response) => response.end(body));
    assertFailed(outcome, 'UPSTREAM_BAD_ANSWER', 'UNKNOWN_ERROR');
  });
}

test('an answer of 1 MiB is read, one more byte is too much', async () => {
  for (const extra of [0, 1]) {
    const body = ANSWER + ' '.repeat(1024 * 1024 - Buffer.byteLength(ANSWER) + extra);
    const { page } = await askUpstream((_request, response) => response.end(body));
    assert.equal(page.status, extra === 0 ? 'OK' : 'UNKNOWN_ERROR');
  }
});

test('an answer without an end is given up at the limit', async () => {
  const outcome = await askUpstream((_request, response) => {
    const endless = new Readable({ read: () => void endless.push(' '.repeat(64 * 1024)) });
    endless.pipe(response);
  });
  assertFailed(outcome, 'UPSTREAM_BAD_ANSWER', 'UNKNOWN_ERROR');
});

for (const [what, answer] of [
  ['never answers', () => undefined],
  ['never ends its answer', (_request, response) => response.write(ANSWER)],
] satisfies [string, RequestListener][]) {
  test(`an upstream that ${what} is given up at the deadline`, async () => {
    const outcome = await askUpstream(answer, IMPATIENT_MS);
    assertFailed(outcome, 'UPSTREAM_TIMEOUT', 'UNKNOWN_ERROR');
  });
}

for (const [what, answer] of [
  ['hangs up', (request) => request.socket.destroy()],
  [
    'breaks off half-way',
    (request, response) => {
      response.writeHead(200, { 'content-length': Buffer.byteLength(ANSWER) });
      response.write(ANSWER.slice(0, 100), () => request.socket.destroy());
    },
  ],
  ['speaks no HTTP', (request) => request.socket.end(`220 ${KEY}\r\n`)],
] satisfies [string, RequestListener][]) {
  test(`an upstream that ${what} is a fault`, async () => {
    assertFailed(await askUpstream(answer), 'UPSTREAM_CONNECTION', 'UNKNOWN_ERROR');
  });
}

test('an upstream that is not there is a fault that says where it was looked for', async () => {
  const upstream = await AnsweringUpstream.start(() => undefined);
  await upstream[Symbol.asyncDispose]();
  const outcome = await ask(upstream.url, PATIENT_MS);
  assertFailed(outcome, 'UPSTREAM_CONNECTION', 'UNKNOWN_ERROR');
  const { host } = new URL(upstream.url);
  assert(outcome.faults[0]?.text.includes(`ECONNREFUSED ${host}`), outcome.faults[0]?.text);
  assert(!outcome.page.error_message?.includes(host));
});

test('a URL that fetch refuses, and quotes, is a fault without the key', async () => {
  assertFailed(
    await ask('http://user:password@127.0.0.1:1', PATIENT_MS),
    'UPSTREAM_CONNECTION',
    'UNKNOWN_ERROR',
  );
});

// Without the asker's signal the request would end as well, but not before its deadline.
const BEFORE_DEADLINE = { timeout: PATIENT_MS / 2 };
test(
  'an asker that goes away gets its own reason, and the request ends',
  BEFORE_DEADLINE,
  async () => {
    const controller = new AbortController();
    const closed: Promise<unknown>[] = [];
    await using upstream = await AnsweringUpstream.start((request) => {
      closed.push(once(request.socket, 'close'));
      controller.abort(new Error('gone'));
    });
    const provider = createGoogleLegacyProvider({
      url: upstream.url,
      key: KEY,
      deadlineMs: PATIENT_MS,
    });
    await assert.rejects(provider.nearby(QUERY, controller.signal), /gone/);
    assert.equal(closed.length, 1);
    await Promise.all(closed);
  },
);

test('the search asks the upstream once for equal questions, and again after a failure', async () => {
  const answers = [JSON.stringify({ status: 'OVER_QUERY_LIMIT' }), ANSWER];
  await using upstream = await AnsweringUpstream.start((_request, response) => {
    response.end(answers.shift());
  });
  const faults: UpstreamFault[] = [];
  const search = createNearbySearch(
    {
      provider: 'google-legacy',
      url: upstream.url,
      key: KEY,
      cache: { ttlMs: 60_000, entries: 10 },
    },
    { onFault: (fault) => faults.push(fault) },
  );
  const statuses = async (): Promise<string[]> => {
    const pages = await Promise.all([1, 2, 3].map(() => search.nearby(QUERY, never())));
    return pages.map(({ status }) => status);
  };
  assert.deepEqual(await statuses(), Array(3).fill('OVER_QUERY_LIMIT'));
  assert.deepEqual(await statuses(), Array(3).fill('OK'));
  assert.deepEqual(await statuses(), Array(3).fill('OK'));
  assert.equal(upstream.asked.length, 2);
  assert.equal(faults.length, 1);
});
