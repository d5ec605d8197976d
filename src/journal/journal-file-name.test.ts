import assert from 'node:assert/strict';
import { test } from 'node:test';

import { logName, parseFileName, partName, snapshotName } from './journal-file-name.ts';

test('a name says which file it is', () => {
  assert.equal(logName(7, 2 ** 40), '00000007-0001099511627776.log');
  assert.deepEqual(parseFileName(logName(7, 2 ** 40)), { kind: 'log', number: 7, limit: 2 ** 40 });
  assert.equal(snapshotName(12), '00000012.snapshot');
  assert.deepEqual(parseFileName(snapshotName(12)), { kind: 'snapshot', number: 12 });
  assert.deepEqual(parseFileName(partName(snapshotName(12))), { kind: 'part' });
  assert.deepEqual(parseFileName(partName(logName(1, 2))), { kind: 'part' });
});

test('other names are no file of a journal', () => {
  const others = ['', 'CURRENT', '000003.log', 'notes.part', '7.snapshot', '00000007-12.log', 'x'];
  for (const name of others) assert.equal(parseFileName(name), undefined, name);
});
