import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { LocationStore } from '#src/store/store.js';
import { RecordView } from '#src/store/record.js';
import { ByteWriter } from '#src/protocol/byte-writer.js';

import { nextSlot } from '#src/store/next-slot.test.js';
import * as lines from './lines.ts';
import * as reference from './reference.ts';

fc.configureGlobal({ seed: 1024, numRuns: 1000 });

const NO_SLOT = -1;

/** A sequence number for each line that there is: it distinguishes records whose lines do not. */
const sequences = new Map<string, number>();

function sequenceOf(line: string): number {
  const sequence = sequences.get(line) ?? sequences.size + 1;
  sequences.set(line, sequence);
  return sequence;
}

function compare(a: reference.At, b: reference.At): number {
  return reference.compareAts(a, b) || sequenceOf(a.line) - sequenceOf(b.line);
}

/** What a store is to be: each client's newest line, and the seq of its last change. */
class Model {
  readonly locations = new Map<string, { at: reference.At; seq: number }>();
  head = 0;
  horizon = 0n;

  apply(at: reference.At): 'newer' | 'same' | 'older' {
    if (at.counts < this.horizon) return 'older';
    const held = this.locations.get(at.client);
    const order = held === undefined ? 1 : compare(at, held.at);
    if (order === 0) return 'same';
    if (order < 0) return 'older';
    this.head += 1;
    this.locations.set(at.client, { at, seq: this.head });
    return 'newer';
  }

  lineOf(client: string): string | undefined {
    const held = this.locations.get(client);
    return held === undefined || held.at.counts < this.horizon ? undefined : held.at.line;
  }

  /** Drops what is forgotten; gives how many clients that were. */
  sweep(): number {
    const forgotten = [...this.locations].filter(([, { at }]) => at.counts < this.horizon);
    for (const [client] of forgotten) this.locations.delete(client);
    return forgotten.length;
  }

  /** The first change after a seq that is not forgotten. */
  after(seq: number): { line: string; seq: number } | undefined {
    const [first] = [...this.locations.values()]
      .filter((one) => one.seq > seq && one.at.counts >= this.horizon)
      .toSorted((a, b) => a.seq - b.seq);
    return first && { line: first.at.line, seq: first.seq };
  }
}

/** A store beside its model: each step is taken by both, and both must say the same. */
class Pair {
  readonly #store = new LocationStore();
  readonly #model = new Model();
  readonly #cursor = this.#store.openAfter(0);
  /** How far the cursor has read. */
  #read = 0;
  readonly #line = new RecordView();
  readonly #out = new ByteWriter(1);
  taken = 0;

  apply(text: string, around: number): void {
    const { bytes, start, end } = lines.placed(text, around);
    const at = reference.parseAt(text);
    assert.equal(this.#line.scan(bytes, start, end), at !== undefined);
    if (at === undefined) return;
    this.#line.sequence = sequenceOf(text);
    const expected = this.#model.apply(at);
    assert.equal(this.#store.apply(this.#line), expected);
    if (expected === 'newer') this.taken += 1;
    bytes.fill(0);
    this.check(at.client);
    assert.equal(this.#store.head, this.#model.head);
    assert.equal(this.#store.size, this.#model.locations.size);
  }

  check(client: string): void {
    const bytes = Buffer.from(client, 'latin1');
    const location = this.#store.get(bytes);
    const line = this.#model.lineOf(client);
    assert.equal(location?.at, line);
    assert.equal(this.#store.has(bytes), line !== undefined);
    if (location === undefined) return;
    const at = this.#model.locations.get(client)?.at;
    assert.deepEqual(location.position, reference.parsePosition(at?.position ?? ''));
    assert.equal(location.client, client);
    assert.deepEqual(location.attributes, {});
  }

  forget(nanoseconds: bigint): void {
    const seconds = Number(nanoseconds / reference.SECOND);
    const rest = Number(nanoseconds % reference.SECOND);
    this.#store.forgetBefore({ seconds, nanoseconds: rest });
    if (nanoseconds > this.#model.horizon) this.#model.horizon = nanoseconds;
  }

  sweep(slotsAStep: number): void {
    let dropped = 0;
    for (const some of this.#store.sweep(slotsAStep)) dropped += some;
    assert.equal(dropped, this.#model.sweep());
    assert.equal(this.#store.size, this.#model.locations.size);
  }

  /** Reads one change. */
  read(): void {
    const expected = this.#model.after(this.#read);
    const slot = nextSlot(this.#store, this.#cursor);
    assert.equal(slot === NO_SLOT, expected === undefined);
    this.#read = this.#cursor.seq;
    const isLast = expected === undefined || this.#model.after(expected.seq) === undefined;
    // What was dropped behind the last one counts as read with it.
    const isAtHead = isLast && this.#read === this.#model.head;
    assert.ok(isAtHead || this.#read === expected?.seq);
    if (expected === undefined) return;
    this.#out.length = 0;
    this.#store.writeLine(slot, this.#out);
    assert.equal(this.#out.view().toString('latin1'), expected.line);
    assert.equal(this.#store.seqOf(slot), expected.seq);
  }

  /** Opens a reader anywhere, and reads to the end. */
  readFrom(where: number): void {
    const seq = where % (this.#model.head + 1);
    const cursor = this.#store.openAfter(seq);
    let after = seq;
    for (let slot = nextSlot(this.#store, cursor); ; slot = nextSlot(this.#store, cursor)) {
      const expected = this.#model.after(after);
      assert.equal(slot === NO_SLOT, expected === undefined);
      if (expected === undefined) break;
      assert.equal(this.#store.seqOf(slot), expected.seq);
      after = expected.seq;
    }
    this.#store.close(cursor);
  }

  finish(): void {
    while (this.#read < this.#model.head) this.read();
    this.readFrom(0);
    for (const client of this.#model.locations.keys()) this.check(client);
  }
}

type Step = (pair: Pair) => void;

/** Few clients and times, so that they often meet; the rest is whatever a line may have. */
const line = fc
  .tuple(
    fc.oneof(fc.constantFrom('a', 'b', 'ab', 'b\xff', 'c'.repeat(4000)), lines.client),
    lines.server,
    fc.oneof(fc.constantFrom('+1+1', '+01+1', '+1+1CRSx'), lines.position),
    fc.oneof(
      { weight: 3, arbitrary: fc.nat(12).map(String) },
      { weight: 1, arbitrary: lines.time },
    ),
    fc.oneof(
      fc.nat(12).map((n) => BigInt(n) * reference.SECOND),
      lines.received,
    ),
  )
  .map(([client, server, position, time, received]) =>
    reference.formatAt(server, received, { name: 'IAMAT', client, position, time }),
  )
  .filter((line) => reference.parseAt(line) !== undefined);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.tuple(line, fc.nat(3)).map<Step>(
      ([line, around]) =>
        (pair) =>
          pair.apply(line, around),
    ),
  },
  { weight: 3, arbitrary: fc.constant<Step>((pair) => pair.read()) },
  { weight: 1, arbitrary: fc.nat().map<Step>((where) => (pair) => pair.readFrom(where)) },
  {
    weight: 1,
    arbitrary: fc
      .bigInt({ min: 0n, max: 10n * reference.SECOND })
      .map<Step>((before) => (pair) => pair.forget(before)),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 9 }).map<Step>((slots) => (pair) => pair.sweep(slots)),
  },
);

test('a store gives back what was put in, in the order of its changes, whatever is forgotten', () => {
  let taken = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
      const pair = new Pair();
      for (const take of steps) take(pair);
      pair.finish();
      taken += pair.taken;
    }),
  );
  assert.ok(taken > 5000, `only ${taken} locations were taken in`);
});
