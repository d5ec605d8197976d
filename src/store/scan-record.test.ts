/** For the tests of all that takes records: there is none in this file. */
import assert from 'node:assert/strict';

import { RecordView } from './record.ts';

/** The record of a line, such as `AT Riley +0.5 kiwi +1+1 1000`, of one character a byte. */
export function scanRecord(line: string): RecordView {
  const bytes = Buffer.from(line, 'latin1');
  const record = new RecordView();
  assert.ok(record.scan(bytes, 0, bytes.length), line);
  return record;
}
