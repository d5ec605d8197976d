import { compareInstants, type Instant } from '../protocol/timestamp.ts';

/** What the buffer knows of a report. */
export interface Buffered {
  readonly client: string;
  readonly time: Instant;
}

/** What became of a batch. Reports of it that are in neither set are to be sent again. */
export interface BatchOutcome<R> {
  readonly confirmed: ReadonlySet<R>;
  /** Those that are refused for good. */
  readonly refused: ReadonlySet<R>;
}

/**
 * Reports that have yet to be sent, within a bound. The newest of each client are in the first batch, of the client that
 * has waited longest; then the others, the latest first. Where there is no room, the one that is missed least goes: the
 * oldest that is not its client's newest, or else that of the client that has reported nothing for longest.
 *
 * No report is sent after a newer one of its client was confirmed. It would be of no use: the herd compares
 * `min(time, receipt)` and then the receipt, so it would change nothing; or, where the client's clock is ahead of the
 * servers', it would win, and the herd would show an old place.
 */
export class ReportBuffer<R extends Buffered> {
  readonly #capacity: number;
  /** The newest of each client, in the order in which they came. */
  readonly #newest = new Map<string, R>();
  /** Those that have a newer one of their client, in the order in which they got it. */
  #others: R[] = [];
  /** So many at the beginning of `#others` are evicted. */
  #evicted = 0;
  /** What is being sent, in that order: it stays where it is until it has been. */
  #inFlight: ReadonlySet<R> = new Set();
  /** What was added since then: the herd decides whether it is newer than what is being sent. */
  readonly #addedInFlight = new Set<R>();

  /** @param capacity the most reports */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** How many reports there are, those that are being sent with them. */
  get size(): number {
    return this.#newest.size + this.#others.length - this.#evicted;
  }

  /** Adds a report; returns the one that has to go for it, which may be itself. */
  add(report: R): R | undefined {
    const { client, time } = report;
    if (this.#inFlight.size > 0) this.#addedInFlight.add(report);
    const known = this.#newest.get(client);
    if (known !== undefined && compareInstants(known.time, time) > 0) {
      this.#others.push(report);
    } else {
      if (known !== undefined) this.#others.push(known);
      this.#newest.delete(client); // so that it comes last
      this.#newest.set(client, report);
    }
    return this.size > this.#capacity ? this.#evict() : undefined;
  }

  /**
   * The next batch, at most half of what there is room for, in the order in which it is to be sent: that of the
   * reports' times. They stay until they are settled.
   */
  take(most: number): readonly R[] {
    const count = Math.min(most, Math.ceil(this.#capacity / 2), this.size);
    const taken: R[] = [];
    for (const report of this.#newest.values()) {
      if (taken.length >= count) break;
      taken.push(report);
    }
    for (let at = this.#others.length - 1; taken.length < count; at--) {
      const report = this.#others[at];
      if (report === undefined) break;
      taken.push(report);
    }
    // Reversed, since of one time the one that came first is sent first.
    const batch = taken.reverse().toSorted((a, b) => compareInstants(a.time, b.time));
    this.#inFlight = new Set(batch);
    return batch;
  }

  /** Ends the batch that was taken last; returns what is superseded by it. The rest waits again. */
  settle({ confirmed, refused }: BatchOutcome<R>): R[] {
    const superseded = this.#supersededBy(confirmed);
    const gone = new Set([...confirmed, ...refused, ...superseded]);
    for (const { client } of gone) {
      const newest = this.#newest.get(client);
      if (newest !== undefined && gone.has(newest)) this.#newest.delete(client);
    }
    this.#others = this.#others.slice(this.#evicted).filter((report) => !gone.has(report));
    this.#evicted = 0;
    this.#inFlight = new Set();
    this.#addedInFlight.clear();
    return [...superseded].filter((report) => !refused.has(report));
  }

  /** Takes all out, for good. */
  clear(): R[] {
    const all = [...this.#newest.values(), ...this.#others.slice(this.#evicted)];
    this.#newest.clear();
    this.#others = [];
    this.#evicted = 0;
    this.#inFlight = new Set();
    this.#addedInFlight.clear();
    return all;
  }

  /** Those before a confirmed one of their client, in the batch or left out of it. */
  #supersededBy(confirmed: ReadonlySet<R>): ReadonlySet<R> {
    const superseded = new Set<R>();
    const latest = new Map<string, Instant>();
    for (const report of [...this.#inFlight].reverse()) {
      const { client, time } = report;
      const isConfirmed = confirmed.has(report);
      if (latest.has(client)) {
        if (!isConfirmed) superseded.add(report);
      } else if (isConfirmed) latest.set(client, time);
    }
    if (latest.size === 0) return superseded;
    for (let at = this.#evicted; at < this.#others.length; at++) {
      const report = this.#others[at];
      if (report === undefined) break;
      if (this.#inFlight.has(report) || this.#addedInFlight.has(report)) continue;
      const time = latest.get(report.client);
      if (time !== undefined && compareInstants(report.time, time) <= 0) superseded.add(report);
    }
    return superseded;
  }

  #evict(): R | undefined {
    return this.#evictOther() ?? this.#evictNewest();
  }

  #evictOther(): R | undefined {
    let at = this.#evicted;
    let other = this.#others[at];
    while (other !== undefined && this.#inFlight.has(other)) other = this.#others[++at];
    if (other === undefined) return undefined;
    if (at !== this.#evicted) this.#others.splice(at, 1);
    else this.#evicted += 1;
    if (this.#evicted * 2 > this.#others.length) {
      this.#others.splice(0, this.#evicted);
      this.#evicted = 0;
    }
    return other;
  }

  #evictNewest(): R | undefined {
    for (const [client, report] of this.#newest) {
      if (this.#inFlight.has(report)) continue;
      this.#newest.delete(client);
      return report;
    }
    return undefined;
  }
}
