import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { RecordView } from './record.ts';
import { ByteWriter } from '../protocol/byte-writer.ts';
import { LocationTable } from './location-table.ts';
import { NO_SLOT } from './slot-index.ts';

const REPORT = '+34.068930-118.445127 1621464827.959498503';

function lineOf(text: string): RecordView {
  const bytes = Buffer.from(`x${text}x`, 'latin1');
  const line = new RecordView();
  assert.ok(line.scan(bytes, 1, bytes.length - 1), text);
  return line;
}

/** A line of a client, in few bytes of source. */
const at = (client: string, report = REPORT, server = 'Riley', skew = '+0.263873386'): string =>
  `AT ${server} ${skew} ${client} ${report}`;

function textIn(table: LocationTable, slot: number): string {
  const out = new ByteWriter(1);
  table.writeLine(slot, out);
  return out.view().toString('latin1');
}

function find(table: LocationTable, client: string): number {
  const bytes = Buffer.from(` ${client} `, 'latin1');
  return table.find(bytes, 1, bytes.length - 1);
}

/** Puts in a line where its client has none, or in place of the one that it has. */
function put(table: LocationTable, text: string): number {
  const line = lineOf(text);
  const slot = table.find(line.bytes, line.clientStart, line.clientEnd);
  if (slot === NO_SLOT) return table.add(line);
  table.replace(slot, line);
  return slot;
}

/** Lines of one client that are kept in different ways, each of a length of its own. */
const LINES: [what: string, line: string][] = [
  ['a usual one', at('kiwi')],
  ['an odd number of digits', at('kiwi', '+34.06893-118.445127 1')],
  ['a slash and an altitude', at('kiwi', '+34.0-118.0+25.4/ 1621464827')],
  ['a CRS', at('kiwi', '+34.0-118.0CRSWGS_84/ 1621464827.959498503')],
  ['a CRS of thousands of bytes', at('kiwi', `+1+1CRS<${'\xe9'.repeat(4000)}> 1`)],
  ['thousands of digits', at('kiwi', `+34.0${'1'.repeat(2000)}-118.0 1.5`)],
  ['a skew as long as can be packed', at('kiwi', `+1+1 ${'1'.repeat(499)}`, 'Riley', skewOf(499))],
  ['a skew that is longer', at('kiwi', `+1+1 ${'1'.repeat(500)}`, 'Riley', skewOf(500))],
  ['a skew of thousands of digits', at('kiwi', `+1+1 ${'1'.repeat(4000)}`, 'B', skewOf(4000))],
  ['a server of the longest name', at('kiwi', REPORT, 'S'.repeat(64))],
  ['a server of any bytes', at('kiwi', REPORT, '\xff.\0+')],
  ['attributes', `${at('kiwi')} accuracyM=12.5;charging=true`],
  ['attributes behind a text that is kept', `${at('kiwi', '+1+1CRSb/ 1')} note="a%20b"`],
  ['attributes of hundreds of bytes', `${at('kiwi')} note="${'x'.repeat(500)}"`],
];

/** A skew that makes a receipt at 0 of a time of so many ones. */
function skewOf(digits: number): string {
  return `-${'1'.repeat(digits)}.000000000`;
}

describe('a line is given back as it was put in', () => {
  for (const [what, line] of LINES) {
    test(what, () => {
      const table = new LocationTable(64);
      assert.equal(textIn(table, put(table, line)), line);
      assert.equal(table.size, 1);
    });
  }

  test('whichever of these took the place of which', () => {
    const table = new LocationTable(64);
    const beside = put(table, at('beside'));
    for (const [, first] of LINES) {
      for (const [, second] of LINES) {
        const slot = put(table, first);
        assert.equal(textIn(table, slot), first);
        assert.equal(put(table, second), slot);
        assert.equal(textIn(table, slot), second);
        assert.equal(find(table, 'kiwi'), slot);
        assert.equal(textIn(table, beside), at('beside'));
      }
    }
    assert.equal(table.size, 2);
  });
});

test('a table keeps nothing of the bytes that a line came in', () => {
  const table = new LocationTable(64);
  for (const [, text] of LINES) {
    const line = lineOf(text);
    const found = table.find(line.bytes, line.clientStart, line.clientEnd);
    const slot = found === NO_SLOT ? table.add(line) : found;
    table.replace(slot, line);
    line.bytes.fill(0);
    assert.equal(textIn(table, slot), text);
  }
});

describe('a client is found by its ID', () => {
  test('where it is known, to the byte', () => {
    const table = new LocationTable(64);
    const clients = ['kiwi', 'kiw', 'kiwi2', 'iwi', 'caf\xc3\xa9', '\0', '\xff', '__proto__', '1'];
    const slots = clients.map((client) => put(table, at(client)));
    assert.equal(new Set(slots).size, clients.length);
    for (const [index, client] of clients.entries())
      assert.equal(find(table, client), slots[index]);
    for (const client of ['Kiwi', 'k', '\0\0', 'caf\xe9']) {
      assert.equal(find(table, client), NO_SLOT);
    }
  });

  test('of thousands of bytes', () => {
    const table = new LocationTable(64);
    const clients = ['a', 'b', 'c', 'd'].map((end) => '\xfe'.repeat(4000) + end);
    for (const client of clients) put(table, at(client, '+1+1 1'));
    for (const client of clients) {
      assert.equal(textIn(table, find(table, client)), at(client, '+1+1 1'));
    }
    assert.equal(find(table, '\xfe'.repeat(4000)), NO_SLOT);
    assert.equal(find(table, `${'\xfe'.repeat(4000)}ab`), NO_SLOT);
  });
});

test('a table that grows keeps all that it holds', () => {
  const CLIENTS = 5000;
  const table = new LocationTable(64);
  const textOf = (n: number): string => at(`client-${n}`, `+${n % 90}-${n % 180} ${n}.5${n}`);
  for (let n = 0; n < CLIENTS; n++) {
    assert.equal(put(table, textOf(n)), n);
    assert.ok(table.end <= table.rows.capacity);
  }
  assert.equal(table.size, CLIENTS);
  assert.equal(table.end, CLIENTS);
  for (let n = 0; n < CLIENTS; n++) {
    assert.equal(find(table, `client-${n}`), n);
    assert.equal(textIn(table, n), textOf(n));
    assert.equal(table.isUsed(n), true);
    assert.equal(table.compare(lineOf(textOf(n)), n), 0);
  }
  assert.equal(table.isUsed(CLIENTS), false);
});

test('more servers than have numbers are all remembered', () => {
  const table = new LocationTable(64);
  const textOf = (n: number): string => at(`client-${n}`, REPORT, `server-${n}`);
  for (let n = 0; n < 300; n++) put(table, textOf(n));
  for (let n = 0; n < 300; n++) assert.equal(textIn(table, n), textOf(n));
  // Each from a server that has no number to one that has, and the other way.
  const otherOf = (n: number): string => at(`client-${n}`, REPORT, `server-${299 - n}`);
  for (let n = 0; n < 300; n++) assert.equal(put(table, otherOf(n)), n);
  for (let n = 0; n < 300; n++) assert.equal(textIn(table, n), otherOf(n));
});

describe('a client that is removed', () => {
  test('is not found, and the others are', () => {
    const table = new LocationTable(64);
    for (let n = 0; n < 2000; n++) put(table, at(`client-${n}`));
    for (let n = 0; n < 2000; n += 3) table.remove(n);
    for (let n = 0; n < 2000; n++) {
      const isThere = n % 3 !== 0;
      assert.equal(find(table, `client-${n}`), isThere ? n : NO_SLOT);
      assert.equal(table.isUsed(n), isThere);
    }
    assert.equal(table.size, 1333);
  });

  test('leaves its slot to the next ones', () => {
    const table = new LocationTable(64);
    const texts = LINES.map(([, line], n) => line.replace(' kiwi ', ` kiwi-${n} `));
    const slots = texts.map((text) => put(table, text));
    for (let round = 0; round < LINES.length; round++) {
      for (const slot of slots) table.remove(slot);
      assert.equal(table.size, 0);
      // Another slot for each: a usual line stands where one of thousands of bytes did.
      texts.push(texts.shift() ?? '');
      const again = texts.map((text) => put(table, text));
      assert.deepEqual(new Set(again), new Set(slots));
      assert.equal(table.end, LINES.length);
      for (const [index, text] of texts.entries()) {
        assert.equal(textIn(table, again[index] ?? NO_SLOT), text);
      }
    }
  });
});

test('memory is used again, however often lines of other lengths come', () => {
  const table = new LocationTable(64);
  const lines = [10, 4000].map((length) => lineOf(at('kiwi', `+1+1CRS${'x'.repeat(length)} 1`)));
  const [short, long] = lines;
  assert.ok(short && long);
  const slot = table.add(short);
  // So many that what other tests have left behind, and may go meanwhile, is nothing beside it.
  const ROUNDS = 30_000;
  const before = process.memoryUsage().arrayBuffers;
  for (let round = 0; round < ROUNDS; round++) {
    table.replace(slot, long);
    table.remove(slot);
    assert.equal(table.add(long), slot);
    table.replace(slot, short);
  }
  // Blocks that were not used again would take a hundred times as much.
  const MOST_BYTES = 2 ** 20;
  assert.ok(process.memoryUsage().arrayBuffers - before < MOST_BYTES);
});

test('a tombstone takes the place of any line, and any line that of a tombstone', () => {
  const table = new LocationTable(64);
  const removal = 'REMOVED Riley +0.000000000 kiwi 1621464829.000000000';
  for (const [, line] of LINES) {
    const slot = put(table, line);
    assert.deepEqual([table.size, table.tombstones], [1, 0]);
    assert.equal(put(table, removal), slot);
    assert.equal(textIn(table, slot), removal);
    assert.deepEqual([table.size, table.tombstones, table.hasPosition(slot)], [0, 1, false]);
  }
  table.remove(find(table, 'kiwi'));
  assert.deepEqual([table.size, table.tombstones], [0, 0]);
});

describe('a line is compared with the one that is held', () => {
  const HELD = at('kiwi', '+1+1 1000.5', 'Jaquez', '+1.000000000');
  const compared: [what: string, line: string, sign: number][] = [
    ['itself', HELD, 0],
    ['a later time', at('kiwi', '+1+1 1000.500000001', 'A', '+1.000000000'), 1],
    ['an earlier time', at('kiwi', '+1+1 1000.499999999', 'Z', '+1.000000000'), -1],
    ['a later second', at('kiwi', '+1+1 1001', 'A', '+1.000000000'), 1],
    ['an earlier receipt', at('kiwi', '+1+1 1001', 'Z', '-0.500000001'), -1],
    ['a greater origin', at('kiwi', '+1+1 1000.5', 'Riley', '+1.000000000'), 1],
    ['a lesser origin', at('kiwi', '+9+1 1000.5', 'Campbell', '+1.000000000'), -1],
    ['a later receipt of one time', at('kiwi', '+1+1 1000.5', 'A', '+1.000000001'), 1],
    ['a tombstone of a later time', 'REMOVED A +0.000000000 kiwi 1000.500000001', 1],
    ['a tombstone of an earlier time', 'REMOVED Z +9.000000000 kiwi 1000.499999999', -1],
    ['other attributes alone', `${HELD} x=1`, 1],
    ['an earlier receipt of one time', at('kiwi', '+9+1 1000.5', 'Z', '+0.999999999'), -1],
  ];
  for (const [what, line, sign] of compared) {
    test(what, () => {
      const table = new LocationTable(64);
      const slot = put(table, HELD);
      assert.equal(Math.sign(table.compare(lineOf(line), slot)), sign);
      put(table, line);
      assert.equal(Math.sign(table.compare(lineOf(HELD), slot)), -sign + 0);
    });
  }

  test('of one receipt by epoch, then by sequence', () => {
    const table = new LocationTable(64);
    const identified = (epoch: number, sequence: number, text = HELD): RecordView => {
      const record = lineOf(text);
      record.epoch = epoch;
      record.sequence = sequence;
      return record;
    };
    const slot = table.add(identified(5, 5));
    assert.equal(table.compare(identified(5, 5), slot), 0);
    assert.ok(table.compare(identified(6, 1), slot) > 0);
    assert.ok(table.compare(identified(4, 9), slot) < 0);
    assert.ok(table.compare(identified(5, 6), slot) > 0);
    assert.ok(table.compare(identified(5, 4), slot) < 0);
  });

  test('also where its text is kept', () => {
    const table = new LocationTable(64);
    const [held, later] = ['+1+1CRSb/ 1', '+1+1CRSb/ 2'].map((report) => at('kiwi', report));
    assert.ok(held !== undefined && later !== undefined);
    const slot = put(table, held);
    assert.equal(table.compare(lineOf(held), slot), 0);
    assert.ok(table.compare(lineOf(later), slot) > 0);
  });
});

test('a location is of before an instant to the nanosecond', () => {
  const table = new LocationTable(64);
  const slot = put(table, at('kiwi', '+1+1 1000.5', 'A', '+1.000000000'));
  const isBefore = (seconds: number, nanoseconds: number): boolean =>
    table.isBefore(slot, { seconds, nanoseconds });
  assert.equal(isBefore(1000, 500_000_000), false);
  assert.equal(isBefore(1000, 500_000_001), true);
  assert.equal(isBefore(1001, 0), true);
  assert.equal(isBefore(999, 999_999_999), false);
});
