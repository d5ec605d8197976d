import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';

import { decodeUtf8, parseJson } from './json.ts';
import { MAX_JSON_DEPTH } from './limits.ts';
import { Problem } from './problems.ts';

const TIME = new Set(['time']);

/** What is wrong with a text. */
function fault(text: string): string {
  try {
    parseJson(text, TIME);
  } catch (error) {
    if (error instanceof Problem && error.code === 'malformed-json') return error.message;
    throw error;
  }
  return 'nothing';
}

test('JSON is read as it is', () => {
  const property = fc.property(fc.json(), (text) => {
    assert.deepEqual(parseJson(text, new Set()), JSON.parse(text));
  });
  fc.assert(property, { seed: 1, numRuns: 2000 });
});

test('the digits of an exact number survive', () => {
  const read = (text: string) => parseJson(text, TIME);
  assert.deepEqual(read('{"time":1621464827.959498503}'), { time: '1621464827.959498503' });
  assert.deepEqual(read('{"time" : -1e5 , "b":1.50}'), { time: '-1e5', b: 1.5 });
  assert.deepEqual(read('{"ti\\u006de":1.10}'), { time: '1.10' });
  assert.deepEqual(read('{"time":"2","a":[{"time":3}]}'), { time: '2', a: [{ time: '3' }] });
  assert.deepEqual(read('{"time":[1,2],"b":":,{"}'), { time: [1, 2], b: ':,{' });
  for (const wrong of ['{"time":01}', '{"time":1.}', '{"time":1-2}', '{"time":--1}']) {
    assert.match(fault(wrong), /not valid JSON/, wrong);
  }
});

test('a key that is there twice is a fault', () => {
  assert.equal(fault('{"a":1,"b":2,"a":3}'), 'the key "a" is there twice');
  assert.equal(fault('{"a":1,"\\u0061":3}'), 'the key "a" is there twice');
  assert.equal(fault('[{"a":{"b":1,"b":2}}]'), 'the key "b" is there twice');
  assert.equal(fault('{"a":"b","b":"a","c":{"a":1},"d":["a","a"]}'), 'nothing');
});

test('what is too deep is a fault, however deep', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  assert.equal(fault(nested(MAX_JSON_DEPTH)), 'nothing');
  for (const depth of [MAX_JSON_DEPTH + 1, 1_000_000])
    assert.match(fault(nested(depth)), /too deep/);
  assert.match(fault('{"a":'.repeat(100)), /too deep/);
});

test('what is no JSON is a fault', () => {
  for (const text of [
    '',
    '{',
    '{"a"',
    '{"a":"',
    '"\\',
    'nul',
    '{"a":1,}',
    '[1 2]',
    '{a:1}',
    '\ufeff{}',
  ]) {
    assert.match(fault(text), /not valid JSON/, text);
  }
});

test('what is no UTF-8 is a fault', () => {
  assert.equal(decodeUtf8(Buffer.from('Zoë')), 'Zoë');
  for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80]]) {
    assert.throws(() => decodeUtf8(Buffer.from(bytes)), { message: /not valid UTF-8/ });
  }
});
