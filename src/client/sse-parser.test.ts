import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { SseError, SseParser } from './sse-parser.ts';

const SEED = 20_261_127;
const STREAM = `\uFEFFretry: 1417
: a comment

event: location
data: {"client":"kiwi"}

id: a~Riley:1:2

event: ready
data
id: b

data:one
data: two
nothing: of interest

event: left

event: removed
data: {"client":"emu"}
`;
const EVENTS = [
  { kind: 'location', data: '{"client":"kiwi"}', lastEventId: undefined },
  { kind: 'ready', data: '', lastEventId: 'b' },
  { kind: 'message', data: 'one\ntwo', lastEventId: 'b' },
];

test('events are read however a stream is cut and its lines end', () => {
  const property = fc.property(
    fc.array(fc.nat({ max: STREAM.length }), { maxLength: 8 }),
    fc.constantFrom('\n', '\r', '\r\n'),
    (cuts, lineEnd) => {
      const text = STREAM.replaceAll('\n', lineEnd);
      const parser = new SseParser();
      const ends = [...cuts, text.length].sort((a, b) => a - b);
      const events = ends.flatMap((end, i) => parser.push(text.slice(ends[i - 1] ?? 0, end)));
      assert.deepEqual(events, EVENTS);
      assert.equal(parser.lastEventId, 'b');
    },
  );
  fc.assert(property, { seed: SEED });
});

test('an ID counts without data, and from the end of its event on', () => {
  const parser = new SseParser();
  assert.deepEqual(parser.push('id: one\n'), []);
  assert.equal(parser.lastEventId, undefined);
  assert.deepEqual(parser.push('\nid: t\0wo\n\ndata: x\n\n'), [
    { kind: 'message', data: 'x', lastEventId: 'one' },
  ]);
  assert.equal(parser.lastEventId, 'one');
});

test('an event without an end is refused', () => {
  const parser = new SseParser();
  const line = `data: ${'x'.repeat(100_000)}\n`;
  assert.throws(() => {
    for (let i = 0; i < 20; i++) parser.push(line);
  }, SseError);
});
