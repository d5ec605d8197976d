import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

import { AnsweringUpstream } from '../answering-upstream.ts';
import { PATIENT_MS, until, untilAnswered } from './asking.ts';
import { type HttpFixture, placesInARow, QUERY } from './fixture.ts';
import { failureOf, outcomeOf, outcomeOfText, outcomeWith, pageOf } from './outcome.ts';

const MEBIBYTE = 1024 * 1024;

const ENCODINGS = [
  ['gzip', gzipSync],
  ['br', brotliCompressSync],
  ['deflate', deflateSync],
] as const;

/** What every provider does with a good answer that comes over HTTP, in whatever form it comes. */
export function httpAnswerCases(fixture: HttpFixture): void {
  const { answer, page } = fixture.documented;
  const text = JSON.stringify(answer);
  const known = fixture.answer(placesInARow(2));

  test('the documented answer becomes the page that it should', async () => {
    assert.deepEqual(pageOf(await outcomeOfText(fixture, text)), page);
  });

  for (const [what, json] of Object.entries(fixture.lacking)) {
    test(`a place without ${what} is left out, and no other`, async () => {
      const { results } = pageOf(await outcomeOfText(fixture, JSON.stringify(json)));
      assert.equal(results.length, 1);
    });
  }

  test('a place that comes twice is given once', async () => {
    const twice = placesInARow(15).flatMap((place) => [place, place]);
    const { results } = pageOf(await outcomeOfText(fixture, fixture.answer(twice)));
    assert.equal(results.length, 15);
  });

  test('a page that is short has all places, a full one may have more', async () => {
    for (const [count, complete] of [
      [0, true],
      [19, true],
      [21, false],
    ] as const) {
      await using upstream = await AnsweringUpstream.start((_request, response) =>
        response.end(fixture.answer(placesInARow(count))),
      );
      const answer = await fixture.create(upstream.url).nearby(QUERY, untilAnswered());
      assert.equal(answer.complete, complete, `${count} places`);
    }
  });

  test('one question is one request', async () => {
    await using upstream = await AnsweringUpstream.start((_request, response) =>
      response.end(text),
    );
    await outcomeOf(fixture.create(upstream.url), fixture.key);
    assert.equal(upstream.requests.length, 1);
  });

  test('an answer that comes byte by byte is the same answer', async () => {
    const outcome = await outcomeWith(fixture, (_request, response) => {
      Readable.from(Array.from(Buffer.from(text), (byte) => Uint8Array.of(byte))).pipe(response);
    });
    assert.deepEqual(pageOf(outcome), page);
  });

  for (const [encoding, compress] of ENCODINGS) {
    test(`an answer that is compressed with ${encoding} is the same answer`, async () => {
      const outcome = await outcomeWith(fixture, (_request, response) => {
        response.writeHead(200, { 'content-encoding': encoding }).end(compress(text));
      });
      assert.deepEqual(pageOf(outcome), page);
    });

    test(`damaged ${encoding} is a bad answer`, async () => {
      const outcome = await outcomeWith(fixture, (_request, response) => {
        response.writeHead(200, { 'content-encoding': encoding }).end(`no ${encoding} at all`);
      });
      failureOf(outcome, 'UPSTREAM_BAD_ANSWER');
    });

    test(`${encoding} that ends too soon is a bad answer`, async () => {
      const outcome = await outcomeWith(fixture, (_request, response) => {
        response
          .writeHead(200, { 'content-encoding': encoding })
          .end(compress(text).subarray(0, -20));
      });
      failureOf(outcome, 'UPSTREAM_BAD_ANSWER');
    });

    test(`${encoding} of more than 1 MiB is given up at the limit`, async () => {
      const outcome = await outcomeWith(fixture, (_request, response) => {
        response
          .writeHead(200, { 'content-encoding': encoding })
          .end(compress(text + ' '.repeat(8 * MEBIBYTE)));
      });
      failureOf(outcome, 'UPSTREAM_BAD_ANSWER');
    });
  }

  test('an answer of 1 MiB is read, one more byte is too much', async () => {
    const whole = known + ' '.repeat(MEBIBYTE - Buffer.byteLength(known));
    assert.equal(pageOf(await outcomeOfText(fixture, whole)).results.length, 2);
    failureOf(await outcomeOfText(fixture, `${whole} `), 'UPSTREAM_BAD_ANSWER');
  });

  test('an answer without an end is given up at the limit', async () => {
    const outcome = await outcomeWith(fixture, (_request, response) => {
      const endless = new Readable({ read: () => void endless.push(' '.repeat(64 * 1024)) });
      endless.pipe(response);
    });
    failureOf(outcome, 'UPSTREAM_BAD_ANSWER');
  });

  test('JSON is read under whatever name it comes', async () => {
    for (const type of ['text/html', 'application/octet-stream', 'nonsense']) {
      const outcome = await outcomeWith(fixture, (_request, response) => {
        response.writeHead(200, { 'content-type': type }).end(known);
      });
      assert.equal(pageOf(outcome).results.length, 2);
    }
  });

  // Without the asker's signal the request would end as well, but not before its deadline.
  const beforeDeadline = { timeout: PATIENT_MS / 2 };
  test(
    'an asker that goes away gets its own reason, and the request ends',
    beforeDeadline,
    async () => {
      const controller = new AbortController();
      const closed: Promise<unknown>[] = [];
      await using upstream = await AnsweringUpstream.start((request) => {
        closed.push(once(request.socket, 'close'));
        controller.abort(new Error('gone'));
      });
      const provider = fixture.create(upstream.url);
      await assert.rejects(provider.nearby(QUERY, until(controller.signal)), /gone/);
      assert.equal(closed.length, 1);
      await Promise.all(closed);
    },
  );

  test('an asker that has gone before it asked costs no request', async () => {
    await using upstream = await AnsweringUpstream.start((_request, response) =>
      response.end(text),
    );
    const provider = fixture.create(upstream.url);
    await assert.rejects(
      provider.nearby(QUERY, until(AbortSignal.abort(new Error('gone')))),
      /gone/,
    );
    assert.equal(upstream.requests.length, 0);
  });
}

/** What a provider that has a key does with one that comes back. */
export function keyCases(fixture: HttpFixture): void {
  test('places that contain the key are passed on without it', async () => {
    const [place] = placesInARow(1);
    assert(place !== undefined);
    for (const form of [fixture.key, encodeURIComponent(fixture.key)]) {
      const text = fixture.answer([{ ...place, name: `Café ${form}` }]);
      const escaped = text.replace('AIza', '\\u0041Iza');
      assert.notEqual(escaped, text);
      for (const said of [text, escaped]) {
        const { results } = pageOf(await outcomeOfText(fixture, said));
        assert.equal(results[0]?.name, 'Café [key]');
      }
    }
  });
}
