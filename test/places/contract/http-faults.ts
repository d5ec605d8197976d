import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { Readable } from 'node:stream';
import { test } from 'node:test';

import { guardProvider } from '#src/places/calls/guard.js';
import { PlacesCounts } from '#src/places/places-counts.js';
import { UpstreamError } from '#src/places/upstream-error.js';
import { AnsweringUpstream } from '../answering-upstream.ts';
import { IMPATIENT_MS, PATIENT_MS, untilAnswered } from './asking.ts';
import { type HttpFixture, KEY, placesInARow, QUERY } from './fixture.ts';
import { failureOf, outcomeOf, outcomeOfText, outcomeWith, pageOf } from './outcome.ts';

const HTTP_STATUSES = [
  [201, 'UNKNOWN_ERROR'],
  [204, 'UNKNOWN_ERROR'],
  [304, 'UNKNOWN_ERROR'],
  [400, 'INVALID_REQUEST'],
  [401, 'REQUEST_DENIED'],
  [403, 'REQUEST_DENIED'],
  [404, 'UNKNOWN_ERROR'],
  [405, 'UNKNOWN_ERROR'],
  [408, 'UNKNOWN_ERROR'],
  [413, 'UNKNOWN_ERROR'],
  [418, 'UNKNOWN_ERROR'],
  [429, 'OVER_QUERY_LIMIT'],
  [500, 'UNKNOWN_ERROR'],
  [502, 'UNKNOWN_ERROR'],
  [503, 'UNKNOWN_ERROR'],
  [504, 'UNKNOWN_ERROR'],
] as const;

/** What every provider does when its upstream says no. */
export function refusalCases(fixture: HttpFixture): void {
  for (const [httpStatus, status] of HTTP_STATUSES) {
    test(`HTTP status ${httpStatus} becomes ${status}`, async () => {
      const outcome = await outcomeWith(fixture, (_request, response) => {
        response
          .writeHead(httpStatus, `Key ${encodeURIComponent(KEY)}`)
          .end(`It is\n <b>${KEY}</b> that ${encodeURIComponent(KEY)} and ${JSON.stringify(KEY)}`);
      });
      const failure = failureOf(outcome, 'UPSTREAM_HTTP_STATUS', status);
      assert.match(failure.message, new RegExp(`\\b${httpStatus}\\b`));
      assert.equal(failure.refused, status !== 'UNKNOWN_ERROR');
    });
  }

  for (const httpStatus of [301, 302, 303, 307, 308]) {
    test(`a redirect with HTTP status ${httpStatus} is not followed`, async () => {
      await using elsewhere = await AnsweringUpstream.start((_request, response) =>
        response.end(fixture.answer([])),
      );
      const outcome = await outcomeWith(fixture, ({ url = '' }, response) => {
        response.writeHead(httpStatus, { location: elsewhere.url + url }).end();
      });
      const { detail } = failureOf(outcome, 'UPSTREAM_HTTP_STATUS');
      assert.match(detail ?? '', /Redirects are not followed/);
      assert.deepEqual(elsewhere.requests, []);
    });
  }

  for (const refusal of fixture.refusals) {
    test(`the documented refusal: ${refusal.name}`, async () => {
      const outcome = await outcomeWith(fixture, (_request, response) => {
        response.writeHead(refusal.httpStatus).end(refusal.body);
      });
      const failure = failureOf(outcome, refusal.code, refusal.status);
      assert.equal(failure.message, refusal.message);
      assert(failure.detail?.includes(refusal.detail), failure.detail);
      assert.equal(failure.retryAfterMs, refusal.retryAfterMs);
    });
  }

  for (const httpStatus of [429, 503, 504]) {
    test(`HTTP status ${httpStatus} may say how long to wait`, async () => {
      const waitOf = async (retryAfter?: string): Promise<number | undefined> => {
        const outcome = await outcomeWith(fixture, (_request, response) => {
          if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter);
          response.writeHead(httpStatus).end();
        });
        return outcome instanceof UpstreamError ? outcome.retryAfterMs : undefined;
      };
      assert.equal(await waitOf('7'), 7_000);
      assert.equal(await waitOf('1.5'), 1_500);
      const unsaid = await waitOf();
      for (const nothing of ['0', '0.0', '-5', 'soon', 'Thu, 01 Jan 1970 00:00:00 GMT']) {
        assert.equal(await waitOf(nothing), unsaid, nothing);
      }
      const inAnHour = await waitOf(new Date(Date.now() + 3_600_000).toUTCString());
      assert(inAnHour !== undefined && inAnHour > 3_000_000 && inAnHour <= 3_600_000);
    });
  }

  test('what is said besides an HTTP status is for the operator alone, in short', async () => {
    const outcome = await outcomeWith(fixture, (_request, response) => {
      response.writeHead(500).end(`It hurts ${'very '.repeat(10_000)}much`);
    });
    const { message, detail } = failureOf(outcome, 'UPSTREAM_HTTP_STATUS');
    assert.doesNotMatch(message, /hurts/);
    assert.match(detail ?? '', /^It says "It hurts very .*…"\.$/);
    assert((detail ?? '').length < 400);
  });

  test('an error without an end is reported by its HTTP status all the same', async () => {
    const outcome = await outcomeWith(fixture, (_request, response) => {
      const endless = new Readable({ read: () => void endless.push('Go away. ') });
      endless.pipe(response.writeHead(403));
    });
    const { detail } = failureOf(outcome, 'UPSTREAM_HTTP_STATUS', 'REQUEST_DENIED');
    assert.match(detail ?? '', /^It says "Go away\. /);
  });

  test('an error that breaks off is reported by its HTTP status all the same', async () => {
    const outcome = await outcomeWith(fixture, ({ socket }, response) => {
      response.writeHead(403).write('Go a', () => socket.destroy());
    });
    failureOf(outcome, 'UPSTREAM_HTTP_STATUS', 'REQUEST_DENIED');
  });
}

/** Without a deadline there would be no end. */
const IN_TIME = { timeout: PATIENT_MS / 2 };

/** What every provider does when its upstream fails. */
export function faultCases(fixture: HttpFixture): void {
  const known = fixture.answer(placesInARow(2));
  const bad: Readonly<Record<string, string>> = {
    nothing: '',
    'no JSON': `<html>Your key is ${KEY}</html>`,
    'half an answer': known.slice(0, known.length / 2),
    'an answer and more': `${known}]`,
    null: 'null',
    'a number': '17',
    'a text': JSON.stringify(KEY),
    'a list': JSON.stringify([KEY]),
    'JSON that is too deep': `${'['.repeat(500_000)}${']'.repeat(500_000)}`,
    'another character set': Buffer.from('{"ü":', 'latin1').toString('latin1'),
  };
  for (const [what, text] of Object.entries(bad)) {
    test(`an upstream that answers with ${what} is a fault`, async () => {
      failureOf(await outcomeOfText(fixture, text), 'UPSTREAM_BAD_ANSWER');
    });
  }

  for (const [what, json] of Object.entries(fixture.malformed)) {
    test(`an answer with ${what} is a fault, and the operator is shown where`, async () => {
      const outcome = await outcomeOfText(fixture, JSON.stringify(json));
      const { message, detail } = failureOf(outcome, 'UPSTREAM_BAD_ANSWER');
      assert.match(message, /not in the shape of/);
      assert.match(detail ?? '', /: .*, found /);
    });
  }

  for (const [what, answer] of [
    ['never answers', () => undefined],
    ['never ends its answer', (_request, response) => response.write(known)],
    [
      'is too slow',
      (_request, response) => {
        const drip = setInterval(() => response.write(' '), 10);
        response.on('close', () => clearInterval(drip));
      },
    ],
  ] satisfies [string, RequestListener][]) {
    test(`an upstream that ${what} is given up at the deadline`, IN_TIME, async () => {
      await using upstream = await AnsweringUpstream.start(answer);
      const guarded = guardProvider(fixture.create(upstream.url), {
        atOnce: 1,
        deadlineMs: IMPATIENT_MS,
        budget: { spend: async () => ({ day: 0, calls: 0 }), giveBack: async () => undefined },
        // A clock that stands still: however slow the machine is, all of the deadline is left for the call.
        now: () => 0,
        counts: new PlacesCounts(),
      });
      const endMs = IMPATIENT_MS;
      await assert.rejects(guarded.nearby(QUERY, { ...untilAnswered(), endMs }), {
        code: 'UPSTREAM_TIMEOUT',
      });
    });
  }

  for (const [what, answer] of [
    ['hangs up', ({ socket }) => socket.destroy()],
    ['resets the connection', ({ socket }) => socket.resetAndDestroy()],
    [
      'breaks off half-way',
      ({ socket }, response) => {
        response.writeHead(200, { 'content-length': Buffer.byteLength(known) });
        response.write(known.slice(0, 100), () => socket.destroy());
      },
    ],
    [
      'breaks off between two chunks',
      ({ socket }, response) => void response.write(known, () => socket.destroy()),
    ],
    ['speaks no HTTP', ({ socket }) => socket.end(`220 ${KEY}\r\n`)],
  ] satisfies [string, RequestListener][]) {
    test(`an upstream that ${what} is a fault, and has perhaps been paid`, async () => {
      let isSent = false;
      const outcome = await outcomeWith(fixture, answer, () => void (isSent = true));
      failureOf(outcome, 'UPSTREAM_CONNECTION');
      assert.ok(isSent);
    });
  }

  test('an upstream that is not there has not been asked, and the operator learns where it is not', async () => {
    const upstream = await AnsweringUpstream.start(() => undefined);
    await upstream[Symbol.asyncDispose]();
    let isSent = false;
    const onSent = (): void => void (isSent = true);
    const outcome = await outcomeOf(fixture.create(upstream.url), fixture.key, QUERY, onSent);
    const { refused, message, detail } = failureOf(outcome, 'UPSTREAM_CONNECTION');
    assert.deepEqual([isSent, refused], [false, false]);
    const { host } = new URL(upstream.url);
    assert(detail?.includes(`ECONNREFUSED ${host}`), detail);
    assert(!message.includes(host));
  });

  test('a URL that cannot be asked, and is quoted, is a fault without the key', async () => {
    const url = `http://user:${encodeURIComponent(fixture.key)}@127.0.0.1:1`;
    failureOf(await outcomeOf(fixture.create(url), fixture.key), 'UPSTREAM_CONNECTION');
  });

  test('after a fault the next question is asked anew', async () => {
    const answers = ['', known];
    await using upstream = await AnsweringUpstream.start((_request, response) => {
      response.end(answers.shift());
    });
    const provider = fixture.create(upstream.url);
    failureOf(await outcomeOf(provider, fixture.key), 'UPSTREAM_BAD_ANSWER');
    assert.equal(pageOf(await outcomeOf(provider, fixture.key)).results.length, 2);
  });
}
