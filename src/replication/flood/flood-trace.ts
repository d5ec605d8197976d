import type { Instant } from '../../protocol/timestamp.ts';
import type { RecordView } from '../../store/record.ts';
import type { Applied } from '../../store/store.ts';
import type { Arrival, TracedRecord } from '../trace.ts';
import type { Origin } from '../vectors/origins.ts';

/** How many of the newest records of each origin are remembered: a caller that asks every two seconds sees each three times. */
const MAX_RECORDS = 8;
/** Of so many origins, so that the memory is bounded: 2 MiB where each record comes over ten links. */
const MAX_ORIGINS = 256;
/** A record that was accepted longer ago than this, in seconds, is caught up with: it does not travel through the herd now. */
const MAX_AGE_S = 60;
/** So many arrivals of a record are remembered: more than one from each neighbour is rare. */
const MAX_ARRIVALS = 128;

type MutableRecord = TracedRecord & { readonly arrivals: Arrival[] };

/** The records of one origin that are traced. */
interface OriginTrace {
  /** The second of the receipt of the last one that could begin. */
  seconds: number;
  /** Its sequence number. */
  sequence: number;
  readonly records: MutableRecord[];
}

/**
 * When the records of each origin came here, and over which links: of its first record in each second that it received
 * something. All servers come to the same records by that, without a word between them, and all others cost a comparison
 * of two numbers.
 */
export class FloodTrace {
  readonly #now: () => Instant;
  readonly #nameOf: (origin: number) => Origin;
  /** By the origins' numbers. */
  readonly #origins: (OriginTrace | undefined)[] = [];
  /** The numbers of the known ones, in the order of their first appearance. */
  readonly #met: number[] = [];

  /**
   * @param nameOf the origin of a number
   * @param now the time of day
   */
  constructor(nameOf: (origin: number) => Origin, now: () => Instant) {
    this.#nameOf = nameOf;
    this.#now = now;
  }

  /** Notes that a record of an origin came from a neighbour. */
  note(origin: number, record: RecordView, neighbour: string, applied: Applied): void {
    const trace = this.#origins[origin] ?? this.#meet(origin);
    const { receiptSeconds, sequence } = record;
    if (sequence === trace.sequence) this.#add(trace, neighbour, applied);
    else if (receiptSeconds > trace.seconds) {
      trace.seconds = receiptSeconds;
      trace.sequence = sequence;
      this.#begin(trace, origin, record);
      this.#add(trace, neighbour, applied);
    }
  }

  /** The records that are remembered, the newest of each origin first. */
  list(): readonly TracedRecord[] {
    return this.#met.flatMap((origin) => this.#origins[origin]?.records.toReversed() ?? []);
  }

  #meet(origin: number): OriginTrace {
    const trace = { seconds: 0, sequence: 0, records: [] };
    this.#origins[origin] = trace;
    this.#met.push(origin);
    if (this.#met.length > MAX_ORIGINS) this.#origins[this.#met.shift() ?? 0] = undefined;
    return trace;
  }

  #begin(trace: OriginTrace, number: number, { receipt, sequence }: RecordView): void {
    if (this.#now().seconds - receipt.seconds > MAX_AGE_S) {
      trace.sequence = 0; // no record has it
      return;
    }
    trace.records.push({ origin: this.#nameOf(number), sequence, receipt, arrivals: [] });
    if (trace.records.length > MAX_RECORDS) trace.records.shift();
  }

  #add({ records, sequence }: OriginTrace, neighbour: string, applied: Applied): void {
    const record = records.at(-1);
    if (record?.sequence !== sequence || record.arrivals.length >= MAX_ARRIVALS) return;
    record.arrivals.push({ neighbour, at: this.#now(), isNews: applied === 'newer' });
  }
}
