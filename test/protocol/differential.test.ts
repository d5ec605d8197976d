import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { AtLine } from '#src/protocol/at-line.js';
import { ByteWriter } from '#src/protocol/byte-writer.js';
import { CommandScanner, parseCommand } from '#src/protocol/command.js';
import { isPosition, parsePosition } from '#src/protocol/position.js';
import { parseAt } from '#src/protocol/reply.js';
import { writeReport } from '#src/protocol/report.js';
import { isExact, scanSkew, scanTimestamp, type Instant } from '#src/protocol/timestamp.js';
import { compareRecords, RecordView } from '#src/store/record.js';
import { Fields, isBlank } from '#src/protocol/white-space.js';

import * as lines from './lines.ts';
import * as reference from './reference.ts';

fc.configureGlobal({ seed: 1970, numRuns: 10_000 });

const around = fc.nat(3);
const text = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.subarray(start, end)).toString('latin1');
const nanosecondsOf = ({ seconds, nanoseconds }: Instant): bigint =>
  BigInt(seconds) * reference.SECOND + BigInt(nanoseconds);
const instantOf = (nanoseconds: bigint): Instant => ({
  seconds: Number(nanoseconds / reference.SECOND),
  nanoseconds: Number(nanoseconds % reference.SECOND),
});

/** How many of a property's cases were valid: a property of refusals alone would prove little. */
class Tally {
  valid = 0;
  invalid = 0;

  count(isValid: boolean): void {
    if (isValid) this.valid += 1;
    else this.invalid += 1;
  }

  /** Both ought to be well represented. */
  check(): void {
    assert.ok(this.valid > 1000, `only ${this.valid} valid cases`);
    assert.ok(this.invalid > 1000, `only ${this.invalid} invalid cases`);
  }
}

test('fields are found where a split at white space finds them', () => {
  const line = lines.edited(fc.oneof(lines.iamat, lines.at));
  const fields = new Fields(6);
  fc.assert(
    fc.property(line, around, (line, around) => {
      const { bytes, start, end } = lines.placed(line, around);
      const expected = reference.splitFields(line);
      fields.scan(bytes, start, end);
      assert.equal(fields.count, Math.min(expected.length, 7));
      for (const [index, field] of expected.slice(0, 6).entries()) {
        assert.equal(text(bytes, fields.start(index), fields.end(index)), field);
      }
      assert.equal(isBlank(bytes, start, end), expected.length === 0);
      if (expected.length <= 6) {
        assert.equal(fields.areTight(bytes, start, end), line === expected.join(' '));
      }
    }),
  );
});

test('a command is read as the reference reads it', () => {
  const line = lines.edited(fc.oneof(lines.iamat, lines.whatsat));
  const scanner = new CommandScanner();
  const tally = new Tally();
  fc.assert(
    fc.property(line, around, (line, around) => {
      const { bytes, start, end } = lines.placed(line, around);
      const expected = reference.parseCommand(line);
      const name = scanner.scan(bytes, start, end);
      tally.count(expected !== undefined);
      assert.deepEqual(name && scanner.toCommand(name), expected);
      assert.deepEqual(parseCommand(line), expected);
      if (expected?.name !== 'IAMAT') return;
      const { clientStart, clientEnd, positionStart, positionEnd, timeStart, timeEnd } = scanner;
      assert.equal(text(bytes, clientStart, clientEnd), expected.client);
      assert.equal(text(bytes, positionStart, positionEnd), expected.position);
      assert.equal(text(bytes, timeStart, timeEnd), expected.time);
    }),
    { numRuns: 20_000 },
  );
  tally.check();
});

test('a position is read as the reference reads it', () => {
  const tally = new Tally();
  fc.assert(
    fc.property(lines.edited(lines.position), around, (position, around) => {
      const { bytes, start, end } = lines.placed(position, around);
      const expected = reference.parsePosition(position);
      tally.count(expected !== undefined);
      assert.equal(isPosition(bytes, start, end), expected !== undefined);
      assert.deepEqual(parsePosition(position), expected);
    }),
    { numRuns: 20_000 },
  );
  tally.check();
});

test('a time is read as the reference reads it', () => {
  const tally = new Tally();
  const instant = { seconds: 0, nanoseconds: 0 };
  fc.assert(
    fc.property(lines.edited(lines.time), around, (time, around) => {
      const { bytes, start, end } = lines.placed(time, around);
      const expected = reference.parseTimestamp(time);
      tally.count(expected !== undefined);
      assert.equal(scanTimestamp(bytes, start, end, instant), expected !== undefined);
      if (expected === undefined) return;
      assert.equal(isExact(instant), expected < 10n ** 15n * reference.SECOND);
      if (isExact(instant)) assert.equal(nanosecondsOf(instant), expected);
    }),
  );
  tally.check();
});

test('a skew is read as the reference reads it', () => {
  const tally = new Tally();
  const scanned = { negative: false, seconds: 0, nanoseconds: 0 };
  const skew = fc.oneof(
    fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(reference.formatSkew),
    fc.tuple(fc.constantFrom('+', '-', ''), lines.time).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(lines.edited(skew), around, (skew, around) => {
      const { bytes, start, end } = lines.placed(skew, around);
      const expected = reference.parseSkew(skew);
      tally.count(expected !== undefined);
      assert.equal(scanSkew(bytes, start, end, scanned), expected !== undefined);
      if (expected === undefined) return;
      const magnitude = expected < 0n ? -expected : expected;
      assert.equal(scanned.negative, skew.startsWith('-'));
      assert.equal(isExact(scanned), magnitude < 10n ** 15n * reference.SECOND);
      if (isExact(scanned)) assert.equal(nanosecondsOf(scanned), magnitude);
    }),
  );
  tally.check();
});

/** The fields of a line that was scanned or written, as the reference has them. */
function fieldsOf(line: AtLine): Omit<reference.At, 'position' | 'time'> {
  const { bytes } = line;
  return {
    line: line.toString(),
    server: text(bytes, line.serverStart, line.serverEnd),
    skew: text(bytes, line.serverEnd + 1, line.clientStart - 1),
    client: text(bytes, line.clientStart, line.clientEnd),
    counts: nanosecondsOf(line.time),
    received: nanosecondsOf({
      seconds: line.receiptSeconds,
      nanoseconds: line.receiptNanoseconds,
    }),
  };
}

test('an AT line is read as the reference reads it', () => {
  const tally = new Tally();
  const scanned = new AtLine();
  fc.assert(
    fc.property(lines.edited(lines.at), around, (line, around) => {
      const { bytes, start, end } = lines.placed(line, around);
      const expected = reference.parseAt(line);
      tally.count(expected !== undefined);
      assert.equal(scanned.scan(bytes, start, end), expected !== undefined);
      if (expected === undefined) {
        assert.equal(parseAt(line), undefined);
        return;
      }
      const { position, time, ...fields } = expected;
      assert.deepEqual(fieldsOf(scanned), fields);
      assert.equal(text(bytes, scanned.positionStart, scanned.end), `${position} ${time}`);
      const { server, skew, client } = expected;
      assert.deepEqual(parseAt(line), { server, skew, client, position, time });
    }),
    { numRuns: 30_000 },
  );
  tally.check();
});

test('the AT line of a report is the one that whole numbers give, and can be read', () => {
  const commands = new CommandScanner();
  const [written, read] = [new AtLine(), new AtLine()];
  const out = new ByteWriter(16);
  const tally = new Tally();
  const server = lines.server.filter((name) => name.length <= 64);
  fc.assert(
    fc.property(server, lines.received, lines.iamat, around, (server, received, report, around) => {
      const { bytes, start, end } = lines.placed(report, around);
      const command = reference.parseCommand(report);
      const isReport = commands.scan(bytes, start, end) === 'IAMAT' && report.length <= 4096;
      tally.count(isReport);
      if (!isReport || command?.name !== 'IAMAT') return;
      const before = out.length > 100_000 ? (out.length = 0) : out.length;
      written.write(out, Buffer.from(`AT ${server} `, 'latin1'), instantOf(received), commands);
      const expected = reference.formatAt(server, received, command);
      assert.equal(text(out.bytes, before, out.length), expected);
      const { position: _, time: __, ...fields } = reference.parseAt(expected) ?? {};
      assert.deepEqual(fieldsOf(written), fields);
      assert.ok(read.scan(out.bytes, before, out.length));
      assert.deepEqual(fieldsOf(read), fieldsOf(written));
    }),
    { numRuns: 20_000 },
  );
  assert.ok(tally.valid > 10_000, `only ${tally.valid} reports`);
});

test('two AT lines are in the order that the reference has them in', () => {
  // Few times and origins, so that all rules of the order come to be asked.
  const clientTime = fc.constantFrom(
    '0',
    '1',
    '1.0',
    '1.000000001',
    '01',
    '9',
    '10',
    '7'.repeat(40),
  );
  const received = fc.constantFrom(0n, 1n, reference.SECOND, 9n * reference.SECOND);
  const line = fc
    .tuple(
      fc.constantFrom('A', 'B', 'AB', 'A\x01', 'a\xff', 'a\x7f'),
      received,
      clientTime,
      fc.constantFrom('+1+1', '+01+1'),
    )
    .map(([server, received, time, position]) =>
      reference.formatAt(server, received, { name: 'IAMAT', client: 'kiwi', position, time }),
    );
  const [a, b] = [new RecordView(), new RecordView()];
  fc.assert(
    fc.property(line, line, around, around, (one, other, aroundOne, aroundOther) => {
      const [first, second] = [lines.placed(one, aroundOne), lines.placed(other, aroundOther)];
      assert.ok(a.scan(first.bytes, first.start, first.end));
      assert.ok(b.scan(second.bytes, second.start, second.end));
      const [x, y] = [reference.parseAt(one), reference.parseAt(other)];
      assert.ok(x !== undefined && y !== undefined);
      assert.equal(Math.sign(compareRecords(a, b)), reference.compareAts(x, y));
    }),
  );
});

/** A report of which most are in the usual form: the others keep their text. */
const report = fc.oneof(
  lines.iamat,
  fc
    .tuple(
      lines.client,
      fc.constantFrom('+', '-'),
      fc.integer({ min: 0, max: 90 }),
      fc.constantFrom('', '.0', '.5', '.1234567', '.12345678', '.000', '.0000001'),
      fc.constantFrom('+', '-'),
      fc.integer({ min: 0, max: 180 }),
      fc.constantFrom('', '.0', '.25', '.7654321', '.9999999', '.99999999', '.000000'),
      fc.constantFrom('0', '00', '1', '1621464827', '9999999999', '10000000000', '01'),
      fc.constantFrom('', '.0', '.5', '.959498503', '.000000001'),
    )
    .map(
      ([client, north, latitude, latitudePart, east, longitude, longitudePart, time, timePart]) =>
        `IAMAT ${client} ${north}${latitude}${latitudePart}${east}${longitude}${longitudePart} ${time}${timePart}`,
    ),
);

test('a report that is read in one pass is what the reference reads, and can be written again', () => {
  const line = lines.edited(report).filter((line) => !line.includes('\n'));
  const scanner = new CommandScanner();
  const out = new ByteWriter(64);
  const tally = new Tally();
  fc.assert(
    fc.property(line, around, fc.boolean(), (line, around, hasEnd) => {
      const placed = lines.placed(hasEnd ? `${line}\nrest` : line, around);
      const { bytes, start, end } = placed;
      const reportEnd = scanner.scanReport(bytes, start, end);
      const expected = reference.parseCommand(line);
      tally.count(reportEnd >= 0);
      if (reportEnd < 0) return;
      assert.equal(reportEnd, start + line.length);
      assert.deepEqual(scanner.toCommand('IAMAT'), expected);
      if (expected?.name !== 'IAMAT') return assert.fail(line);
      const time = reference.parseTimestamp(expected.time);
      assert.equal(nanosecondsOf(scanner), time);
      const point = reference.parsePosition(expected.position);
      assert.ok(point !== undefined);
      // Half of the last kept digit, and what binary numbers add to it.
      assert.ok(Math.abs(scanner.latitudeE7 / 1e7 - point.latitude) < 0.51e-7);
      assert.ok(Math.abs(scanner.longitudeE7 / 1e7 - point.longitude) < 0.51e-7);
      if (scanner.format === 0) return;
      const { format, latitudeE7, longitudeE7, seconds, nanoseconds } = scanner;
      out.length = 0;
      writeReport(out, format, latitudeE7, longitudeE7, seconds, nanoseconds);
      assert.equal(out.view().toString('latin1'), `${expected.position} ${expected.time}`);
      assert.equal(latitudeE7 / 1e7, point.latitude);
      assert.equal(longitudeE7 / 1e7, point.longitude);
    }),
    { numRuns: 40_000 },
  );
  tally.check();
});
