import assert from 'node:assert/strict';
import { test } from 'node:test';

import { z } from 'zod';

import { keyHider } from './hide-key.ts';
import { checkShape, excerptOf, parseJson } from './read-answer.ts';
import { UpstreamError } from './upstream-error.ts';

const HIDE = keyHider('se+cr"et');

function failureOf(read: () => unknown): UpstreamError {
  try {
    read();
  } catch (error) {
    if (error instanceof UpstreamError) return error;
    throw error;
  }
  return assert.fail('it was read');
}

test('JSON is read without the key, however it is written', () => {
  const texts = ['a se+cr"et', 'se%2Bcr%22et', ['se+cr"et'], { deep: { 'se+cr"et': 'se+cr"et' } }];
  const json = JSON.stringify(texts).replace('se+', '\\u0073e+');
  assert.deepEqual(parseJson(json, HIDE), [
    'a [key]',
    '[key]',
    ['[key]'],
    { deep: { '[key]': '[key]' } },
  ]);
});

test('an empty key hides nothing', () => {
  assert.deepEqual(parseJson('["a b"]', keyHider('')), ['a b']);
});

for (const text of ['', '{', '<!DOCTYPE html>', '{}{}', "{'a':1}", '['.repeat(1_000_000)]) {
  test(`${text.slice(0, 20)} is not JSON`, () => {
    const { code, message } = failureOf(() => parseJson(text, HIDE));
    assert.equal(code, 'UPSTREAM_BAD_ANSWER');
    assert.match(message, /not JSON/);
  });
}

test('the operator is shown what an answer begins with, without the key', () => {
  const { message, detail } = failureOf(() => parseJson('No se+cr"et\n\n here', HIDE));
  assert.doesNotMatch(message, /here/);
  assert.equal(detail, 'It says "No [key] here".');
});

test('of a page of HTML, the text is shown', () => {
  assert.equal(excerptOf('<html><p class="x">Too <b>busy</b>.</p>\n'), 'It says "Too busy .".');
  // A page that is all tags and has no end costs no time.
  assert.match(excerptOf('<'.repeat(1_000_000)), /^It says "<+…"\.$/);
});

test('of a long answer, the beginning is shown', () => {
  assert.equal(excerptOf('x'.repeat(1000)), `It says "${'x'.repeat(300)}…".`);
});

test('the operator is shown where an answer has another shape, and what is there', () => {
  const schema = z.object({ places: z.array(z.object({ id: z.string() })) });
  const detailOf = (json: unknown): string =>
    failureOf(() => checkShape(schema, json, 'a test')).detail ?? '';
  assert.match(
    detailOf({ places: [{ id: 'a' }, { id: { b: 1 } }] }),
    /^places\.1\.id: .*, found {"b":1}$/,
  );
  assert.match(detailOf({ places: [{}] }), /^places\.0\.id: .*, found nothing$/);
  assert.match(detailOf(null), /^: .*, found null$/);
  assert(detailOf({ places: 'x'.repeat(10_000) }).length < 400);
});
