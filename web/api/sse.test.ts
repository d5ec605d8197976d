import assert from 'node:assert/strict';
import { test } from 'node:test';

import { SseParser, type SseMessage } from './sse.ts';

const STREAM =
  'retry: 1417\n\nevent: location\ndata: {"client":"kiwi"}\n\n: still here\n\nevent: ready\r\ndata: {}\r\n\r\nid: a~b:1\n\ndata: one\ndata:two\n\n';

const EXPECTED: readonly SseMessage[] = [
  { event: 'location', data: '{"client":"kiwi"}', id: undefined },
  { event: 'ready', data: '{}', id: undefined },
  { event: '', data: '', id: 'a~b:1' },
  { event: '', data: 'one\ntwo', id: undefined },
];

test('the same events come of a stream however it is cut', () => {
  for (const size of [1, 2, 3, 7, 20, STREAM.length]) {
    const parser = new SseParser();
    const found: SseMessage[] = [];
    for (let at = 0; at < STREAM.length; at += size)
      found.push(...parser.take(STREAM.slice(at, at + size)));
    assert.deepEqual(found, EXPECTED, `pieces of ${size}`);
  }
});

test('a line that does not end is refused', () => {
  const parser = new SseParser();
  assert.throws(() => {
    for (let n = 0; n < 20; n++) parser.take('x'.repeat(100_000));
  }, RangeError);
});
