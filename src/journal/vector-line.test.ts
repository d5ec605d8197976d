import assert from 'node:assert/strict';
import { test } from 'node:test';

import { formatVector, isSameVector, MAX_VECTOR_BYTES, parseVector } from './vector-line.ts';

const vector = [
  { name: 'Riley', epoch: 1764201600000, sequence: 7 },
  { name: 'constructor', epoch: 1, sequence: 1 },
];

test('a version vector is read as it was written', () => {
  for (const written of [[], vector]) {
    assert.deepEqual(parseVector(formatVector(written)), written);
  }
  assert.equal(formatVector(vector), 'VECTOR [["Riley",1764201600000,7],["constructor",1,1]]');
});

test('another line is not one', () => {
  assert.equal(parseVector('CHANGES 1 1 1'), undefined);
  assert.equal(parseVector('VECTOR [["Riley",1]]'), undefined);
  assert.equal(parseVector('VECTOR {}'), undefined);
});

test('a long one loses its oldest epochs', () => {
  const long = Array.from({ length: 10_000 }, (_, index) => ({
    name: `server-${index % 5}`,
    epoch: index,
    sequence: 1,
  }));
  const line = formatVector(long);
  assert.ok(line.length <= MAX_VECTOR_BYTES, `${line.length}`);
  assert.ok(line.length > MAX_VECTOR_BYTES - 100, `${line.length}`);
  const kept = parseVector(line) ?? [];
  const oldest = Math.min(...kept.map(({ epoch }) => epoch));
  assert.equal(kept.length, long.length - oldest);
});

test('two are the same where all their entries are', () => {
  const [riley, other] = vector;
  assert.ok(riley !== undefined && other !== undefined);
  assert.ok(isSameVector(vector, [{ ...riley }, { ...other }]));
  for (const different of [
    [],
    [riley],
    [other, riley],
    [{ ...riley, sequence: 8 }, other],
    [{ ...riley, epoch: 8 }, other],
    [{ ...riley, name: 'Jaquez' }, other],
  ]) {
    assert.ok(!isSameVector(vector, different));
    assert.ok(!isSameVector(different, vector));
  }
});
