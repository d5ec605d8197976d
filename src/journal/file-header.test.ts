import assert from 'node:assert/strict';
import { test } from 'node:test';

import { formatHeader, parseHeader, type FileHeader } from './file-header.ts';

const owner = { herd: 'herd', server: 'Riley', epoch: 'e1', head: 5 };
const log: FileHeader = { kind: 'log', ...owner };
const snapshot: FileHeader = { kind: 'snapshot', ...owner };

/** Why a header cannot be used. */
function reasonOf(header: string): string {
  const parsed = parseHeader(header, 'log');
  return typeof parsed === 'string' ? parsed : '';
}

test('a header is read as it was written', () => {
  for (const header of [log, snapshot]) {
    assert.deepEqual(parseHeader(formatHeader(header), header.kind), header);
  }
});

test('what is no header, or of another kind or version, is not taken for one', () => {
  assert.equal(parseHeader('', 'log'), undefined);
  assert.equal(parseHeader('AT Riley +1 kiwi +1+1 1', 'log'), undefined);
  assert.equal(parseHeader(formatHeader(log), 'snapshot'), 'it is a log');
  const newer = formatHeader(log).replace('"format":4', '"format":5');
  assert.match(reasonOf(newer), /its format is 5, and this version reads 4 alone/);
  const wrong = formatHeader(log).replace('"head":5', '"head":-1');
  assert.match(reasonOf(wrong), /head/);
});
