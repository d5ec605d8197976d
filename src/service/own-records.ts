import { ByteWriter } from '../protocol/byte-writer.ts';
import type { Report } from '../protocol/report.ts';
import {
  compareInstants,
  LATEST_SECONDS,
  nanosecondAfter,
  type Instant,
} from '../protocol/timestamp.ts';
import { epochAt, Receipts } from '../store/receipts.ts';
import { RecordView } from '../store/record.ts';
import type { Applied, LocationStore } from '../store/store.ts';

/** Room for most records; the writer grows for longer ones. */
const SCRATCH_BYTES = 512;

/** What they need of the store. */
type WrittenStore = Pick<LocationStore, 'apply' | 'needsMore' | 'timeOf' | 'clientOf'>;

/** What the records of a server are made with. */
export interface OwnRecordsParts {
  /** This server's name, of one character a byte. */
  readonly server: string;
  readonly store: WrittenStore;
  readonly now: () => Instant;
}

/**
 * Makes the records of what this server accepts, and puts them into the store: each gets its receipt and its identity,
 * which are this server's to give.
 */
export class OwnRecords {
  /** This server's name. */
  readonly name: Buffer;
  /** The epoch that this life of the server began with. */
  readonly firstEpoch: number;
  /** Whether records that need more memory than their client's last one are refused. */
  isMemoryFull = false;
  readonly #store: WrittenStore;
  readonly #now: () => Instant;
  /** How the `AT` lines of this server begin. */
  readonly #prefix: Buffer;
  readonly #receipts: Receipts;
  readonly #record = new RecordView();
  /** Where records are written that are no replies. */
  readonly #scratch = new ByteWriter(SCRATCH_BYTES);

  constructor({ server, store, now }: OwnRecordsParts) {
    this.#store = store;
    this.#now = now;
    this.#prefix = Buffer.from(`AT ${server} `, 'latin1');
    this.name = Buffer.from(server, 'latin1');
    this.#receipts = new Receipts(epochAt(now()));
    this.firstEpoch = this.#receipts.epoch;
  }

  /** The epoch of the records that are accepted now. */
  get epoch(): number {
    return this.#receipts.epoch;
  }

  /**
   * Takes in a report that is received `now`, and writes its `AT` line, without a line end: the record is these
   * bytes. Where there is no room for it nothing is written.
   */
  acceptLine(report: Report, now: Instant, out: ByteWriter): Applied {
    this.#receipts.next(now);
    this.#record.write(out, this.#prefix, this.#receipts.last, report);
    return this.#apply(out);
  }

  /** Takes in a report that is received at this moment, with the text of its attributes. */
  accept(report: Report, attributes: string): Applied {
    const out = this.#begin();
    this.#record.write(out, this.#prefix, this.#receipts.last, report);
    this.#record.writeAttributes(out, attributes);
    return this.#apply(out);
  }

  /**
   * Stores a document, or without `body` a tombstone, as of now: it is newer than the current one of its key.
   *
   * @param key the key of a document, or the ID of a client
   * @throws {RangeError} where no document has such a text
   */
  put(key: Buffer, body: string | undefined): Applied {
    const out = this.#begin();
    const received = laterThan(this.#store.timeOf(key), this.#receipts.last);
    if (body === undefined) this.#record.writeRemoval(out, this.name, received, key, received);
    else this.#record.writeDocument(out, this.name, received, key, Buffer.from(body));
    return this.#apply(out);
  }

  /**
   * Removes the client of a slot of the store again, of which the herd has forgotten that it was removed: right
   * after the record that is there, so that one of later is left alone.
   */
  withdraw(slot: number): void {
    const client = this.#store.clientOf(slot);
    const time = this.#store.timeOf(client);
    if (time === undefined || time.seconds >= LATEST_SECONDS) return;
    const out = this.#begin();
    const received = laterThan(time, this.#receipts.last);
    this.#record.writeRemoval(out, this.name, received, client, nanosecondAfter(time));
    this.#apply(out);
  }

  /** Begins a record that is no reply: gives its receipt, and where to write it. */
  #begin(): ByteWriter {
    this.#receipts.next(this.#now());
    this.#scratch.length = 0;
    return this.#scratch;
  }

  /** Gives the record that was written last its identity, and takes it in; or takes back what was written. */
  #apply(out: ByteWriter): Applied {
    const [store, record, receipts] = [this.#store, this.#record, this.#receipts];
    record.epoch = receipts.epoch;
    record.sequence = receipts.sequence + 1;
    const applied = this.isMemoryFull && store.needsMore(record) ? 'full' : store.apply(record);
    if (applied === 'newer') receipts.accept();
    else if (applied === 'full') out.length = record.start;
    return applied;
  }
}

/**
 * When a record is received that comes now: after the one that it replaces, even if the clock of the
 * server that received that one is ahead.
 */
function laterThan(time: Instant | undefined, now: Instant): Instant {
  if (time === undefined || compareInstants(now, time) > 0) return now;
  return time.seconds < LATEST_SECONDS ? nanosecondAfter(time) : now;
}
