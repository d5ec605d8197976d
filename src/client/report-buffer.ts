import { compareInstants, type Instant } from '../protocol/timestamp.ts';

/** What the buffer knows of a report. */
export interface Buffered {
  readonly client: string;
  readonly time: Instant;
}

/**
 * Reports that have yet to be sent, within a bound. The newest of each client go first, of the client that has
 * waited longest; then the others, the latest first. Where there is no room, the one that is missed least goes: the
 * oldest that is not its client's newest, or else that of the client that has reported nothing for longest.
 */
export class ReportBuffer<R extends Buffered> {
  readonly #capacity: number;
  /** The newest of each client, in the order in which they came. */
  readonly #newest = new Map<string, R>();
  /** Those that have a newer one of their client, in the order in which they got it. */
  #others: R[] = [];
  /** So many at the beginning of `#others` are evicted. */
  #evicted = 0;
  /** What is being sent: it stays where it is until it has been. */
  #inFlight: ReadonlySet<R> = new Set();

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

  /** The reports to be sent next, at most half of what there is room for. They stay until they are settled. */
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
    this.#inFlight = new Set(taken);
    return taken;
  }

  /** Of what was taken last, these have come to their end; the rest waits again. */
  settle(done: ReadonlySet<R>): void {
    this.#inFlight = new Set();
    for (const { client } of done) {
      const newest = this.#newest.get(client);
      if (newest !== undefined && done.has(newest)) this.#newest.delete(client);
    }
    this.#others = this.#others.slice(this.#evicted).filter((report) => !done.has(report));
    this.#evicted = 0;
  }

  /** Takes all out, for good. */
  clear(): R[] {
    const all = [...this.#newest.values(), ...this.#others.slice(this.#evicted)];
    this.#newest.clear();
    this.settle(new Set(all));
    return all;
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
