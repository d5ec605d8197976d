import assert from 'node:assert/strict';
import test from 'node:test';

import { InvalidArgumentError } from './errors.ts';
import { boxText, pathOf, pointText, segmentOf } from './filters.ts';
import { allOptions } from './options.ts';

test('what is left out has its default, and URLs are taken with and without a slash at the end', () => {
  const options = allOptions({ servers: ['http://a:1/', 'https://b/herd/', 'http://a:1'] });
  assert.deepEqual(options.servers, ['http://a:1', 'https://b/herd']);
  const { deadlineMs, attemptMs, consistencyMs, bufferSize, token } = options;
  assert.deepEqual(
    { deadlineMs, attemptMs, consistencyMs, bufferSize, token },
    {
      deadlineMs: 15_000,
      attemptMs: 6_000,
      consistencyMs: 60_000,
      bufferSize: 10_000,
      token: undefined,
    },
  );
});

test('a wrong option is named, and what may be a secret is not shown', () => {
  const servers = ['http://a'];
  for (const [options, message] of [
    [{ servers: [] }, /servers: expected the URL of at least one gateway/],
    [{ servers: ['a:1'] }, /http:\/\/ or https:\/\//],
    [{ servers: ['http://me:geheim@a'] }, /expected http:\/\/a without user/],
    [{ servers, token: 'geheim\r\nx: y' }, /token: expected/],
    [{ servers, deadlineMs: 0 }, /deadlineMs: found 0, expected 1 to/],
    [{ servers, attemptMs: Number.NaN }, /attemptMs: found NaN/],
    [{ servers, bufferSize: 1 }, /bufferSize/],
    [{ servers, consistencyMs: -1 }, /consistencyMs/],
  ] as const) {
    assert.throws(
      () => allOptions(options),
      (error) => {
        assert.ok(error instanceof InvalidArgumentError && !String(error).includes('geheim'));
        assert.match(error.message, message);
        return true;
      },
    );
  }
});

test('queries have decimal digits, and paths what stands for itself', () => {
  assert.equal(pointText({ latitude: 1e-7, longitude: -180 }), '0.0000001,-180');
  assert.equal(boxText({ west: 170, south: -10, east: -170, north: 10 }), '170,-10,-170,10');
  assert.throws(() => boxText({ west: 0, south: 10, east: 1, north: 0 }), /south below north/);
  assert.throws(() => pointText({ latitude: 91, longitude: 0 }), InvalidArgumentError);
  const query = { client: ['a', 'b/ä'], limit: 5, name: undefined };
  assert.equal(pathOf('/v1/x', query), '/v1/x?client=a&client=b%2F%C3%A4&limit=5');
  assert.equal(segmentOf('client', 'a/b ä'), 'a%2Fb%20%C3%A4');
  for (const name of ['', '.', '..', '\ud800']) {
    assert.throws(() => segmentOf('client', name), InvalidArgumentError, name);
  }
});
