import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { AtLine } from './at-line.ts';
import { ByteWriter } from './byte-writer.ts';
import { CommandScanner } from './command.ts';
import type { Instant } from './timestamp.ts';

fc.configureGlobal({ seed: 7, numRuns: 1000 });

const SECOND = 1_000_000_000n;
/** The latest time that a clock can tell, in nanoseconds. */
const LATEST = 17_179_869_183n * SECOND;

const instantOf = (nanoseconds: bigint): Instant => ({
  seconds: Number(nanoseconds / SECOND),
  nanoseconds: Number(nanoseconds % SECOND),
});

/** The line that `origin` says of a report, received at so many nanoseconds. */
function said(origin: string, received: bigint, report: string): AtLine {
  const bytes = Buffer.from(report, 'latin1');
  const command = new CommandScanner();
  assert.equal(command.scan(bytes, 0, bytes.length), 'IAMAT');
  const line = new AtLine();
  line.write(
    new ByteWriter(1),
    Buffer.from(`AT ${origin} `, 'latin1'),
    instantOf(received),
    command,
  );
  return line;
}

/** The line of a report that `origin` received at `received`, both times in nanoseconds. */
function receivedAt(origin: string, clientTime: bigint, received: bigint, place = '+1-2'): AtLine {
  const decimals = String(clientTime % SECOND).padStart(9, '0');
  return said(origin, received, `IAMAT kiwi ${place} ${clientTime / SECOND}.${decimals}`);
}

/** Reads a line that stands among other bytes. */
function scanned(text: string): AtLine | undefined {
  const line = new AtLine();
  const bytes = Buffer.from(`5 ${text}\n6`, 'latin1');
  return line.scan(bytes, 2, bytes.length - 2) ? line : undefined;
}

/** Times so few that many are equal, on both sides of the times of receipt: slow and fast clocks. */
const time = fc.bigInt({ min: 0n, max: 4n });
test('a line that was written is read back as it was', () => {
  const clientTime = fc.oneof(time, fc.bigInt({ min: 0n, max: 10n ** 40n }));
  const received = fc.oneof(time, fc.bigInt({ min: 0n, max: LATEST }));
  fc.assert(
    fc.property(clientTime, received, (clientTime, received) => {
      const written = receivedAt('Riley', clientTime, received);
      const read = scanned(written.toString());
      assert.ok(read);
      assert.deepEqual({ ...read.time }, { ...written.time });
      assert.equal(read.receiptSeconds, written.receiptSeconds);
      assert.equal(read.receiptNanoseconds, written.receiptNanoseconds);
      assert.equal(read.format, written.format);
      assert.equal(read.toString(), written.toString());
    }),
  );
});

test('a line keeps its text as it was sent, and counts as of the earlier of its times', () => {
  const onTime = receivedAt('Riley', 3n * SECOND, 4n * SECOND + 5n);
  assert.equal(onTime.toString(), 'AT Riley +1.000000005 kiwi +1-2 3.000000000');
  assert.deepEqual(onTime.time, instantOf(3n * SECOND));

  const ahead = receivedAt('Riley', 3n * SECOND, 2n * SECOND);
  assert.equal(ahead.toString(), 'AT Riley -1.000000000 kiwi +1-2 3.000000000');
  assert.deepEqual(ahead.time, instantOf(2n * SECOND));

  const spaced = said('Riley', SECOND, ' IAMAT\tcaf\xc3\xa9 \t+01.0-002/  01.50\r');
  assert.equal(spaced.toString(), 'AT Riley -0.500000000 caf\xc3\xa9 +01.0-002/ 01.50');
  const tabbed = said('Riley', SECOND, 'IAMAT\tkiwi\t+1-2\t1\t');
  assert.equal(tabbed.toString(), 'AT Riley +0.000000000 kiwi +1-2 1');
});

test('a line knows where its fields are, read or written', () => {
  const written = receivedAt('Riley', 3n * SECOND, 2n * SECOND);
  for (const line of [written, scanned(written.toString())]) {
    assert.ok(line);
    const { bytes, start, end } = line;
    const text = (from: number, to: number): string => bytes.toString('latin1', from, to);
    assert.equal(text(start, end), 'AT Riley -1.000000000 kiwi +1-2 3.000000000');
    assert.equal(text(line.serverStart, line.serverEnd), 'Riley');
    assert.equal(line.receiptSeconds, 2);
    assert.equal(line.receiptNanoseconds, 0);
    assert.equal(text(line.clientStart, line.clientEnd), 'kiwi');
    assert.equal(text(line.positionStart, end), '+1-2 3.000000000');
  }
});

test('lines are written one after the other, also when the writer has to grow', () => {
  const command = new CommandScanner();
  const bytes = Buffer.from('IAMAT kiwi +1-2 3');
  const out = new ByteWriter(1);
  const line = new AtLine();
  for (let seconds = 0; seconds < 100; seconds++) {
    assert.equal(command.scan(bytes, 0, bytes.length), 'IAMAT');
    line.write(out, Buffer.from('AT Riley '), { seconds: seconds + 3, nanoseconds: 0 }, command);
    assert.equal(line.toString(), `AT Riley +${seconds}.000000000 kiwi +1-2 3`);
    out.byte(0x0a);
  }
  const lines = out.view().toString().split('\n');
  assert.equal(lines.length, 101);
  assert.equal(lines[42], 'AT Riley +42.000000000 kiwi +1-2 3');
});

test('the verdict on a line does not hang on the bytes around it', () => {
  const line = new AtLine();
  const text = 'AT R +5 c +1+1 1';
  for (let dots = 0; dots < 20; dots++) {
    const bytes = Buffer.from(`${'.'.repeat(dots)}${text}.000000000`);
    assert.equal(line.scan(bytes, dots, dots + text.length), false);
  }
});

test('the longest report that fits in a command is said in a line that can be read', () => {
  const digits = '9'.repeat(4096 - 'IAMAT c +1+1 '.length);
  const written = said('S'.repeat(64), 0n, `IAMAT c +1+1 ${digits}`);
  assert.equal(written.toString(), `AT ${'S'.repeat(64)} -${digits}.000000000 c +1+1 ${digits}`);
  const read = scanned(written.toString());
  assert.ok(read);
  assert.deepEqual({ ...read.time }, { seconds: 0, nanoseconds: 0 });
});
