import assert from 'node:assert/strict';
import { test } from 'node:test';

import { LocationRows } from './location-rows.ts';
import type { RecordView } from './record.ts';
import { scanRecord } from './scan-record.test.ts';
import { RowBlocks, type Place } from './row-blocks.ts';

const SLOT = 3;

/** The block of a slot, whose record may be another one. */
class Bench {
  readonly rows = new LocationRows(8);
  readonly blocks = new RowBlocks(this.rows);

  put(line: string): RecordView {
    const record = scanRecord(line);
    this.blocks.write(SLOT, record);
    this.rows.setFormat(SLOT, record.format);
    return record;
  }

  /** What is in the block: key, report and attributes. */
  get parts(): readonly string[] {
    const text = ({ page, start, end }: Place): string => page.toString('latin1', start, end);
    const { blocks } = this;
    return [blocks.key(SLOT), blocks.report(SLOT), blocks.attributes(SLOT)].map(text);
  }
}

const BLOCKS: readonly (readonly [line: string, ...parts: string[]])[] = [
  ['AT A +0.000000000 kiwi +1.0-1.0 5', 'kiwi', '', ''],
  ['AT A +0.000000000 kiwi +1.0-1.0 5 batteryPercent=7', 'kiwi', '', 'batteryPercent=7'],
  ['AT A +0.000000000 kiwi +1.0-1.0+25.4CRSb/ 5', 'kiwi', '+1.0-1.0+25.4CRSb/ 5', ''],
  ['AT A +0.000000000 kiwi +1-1CRSb/ 5 note="a%20b"', 'kiwi', '+1-1CRSb/ 5', 'note="a%20b"'],
  ['DOCUMENT A +0.000000000 home 5.000000000 {"a":1}', ' home', '', '{"a":1}'],
];

test('what a row cannot keep as numbers is in its block, whichever of these took the place of which', () => {
  for (const [first] of BLOCKS) {
    for (const [line, ...parts] of BLOCKS) {
      if (line.startsWith('AT') !== first.startsWith('AT')) continue; // no key is both
      const bench = new Bench();
      bench.put(first);
      const record = bench.put(line);
      assert.deepEqual(bench.parts, parts);
      assert.ok(bench.blocks.isKey(SLOT, record.bytes, record.clientStart, record.clientEnd));
      assert.equal(bench.blocks.isLonger(record, SLOT), false);
    }
  }
});

test('a block that is free is used again', () => {
  const bench = new Bench();
  bench.put('AT A +0.000000000 kiwi +1.0-1.0 5');
  const { sizeBytes } = bench.blocks;
  for (let turn = 0; turn < 100; turn++) {
    bench.blocks.free(SLOT);
    const text = 'y'.repeat(100 + (turn % 3) * 1000);
    const record = bench.put(`AT A +0.000000000 ${'x'.repeat(1000)} +1+1CRS${text} 5`);
    assert.equal(bench.blocks.isLonger(record, SLOT), false);
  }
  assert.ok(bench.blocks.sizeBytes <= sizeBytes + 2 * 65_536, `${bench.blocks.sizeBytes} bytes`);
});
