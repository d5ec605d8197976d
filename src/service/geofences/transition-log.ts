import type { RecordIdentity, Transition } from './transition.ts';

/** The most transitions that are kept, for subscribers that are slow or come back: some MB. */
export const MAX_TRANSITIONS = 10_000;

/** What a subscriber has that comes back: of each record whether it has it, or a newer one of its client. */
export interface SubscriberHas {
  readonly timeMs: number;
  has(record: RecordIdentity): boolean;
}

/**
 * How much earlier than a subscriber left a transition may be noticed that no record made, and is still told again, in
 * milliseconds: servers notice these, such as that a client was forgotten, a minute apart.
 */
const NOTICED_APART_MS = 120_000;

/** The latest transitions, in order, in a ring. Each has a number, one more than the one before. */
export class TransitionLog {
  readonly #ring: (Transition | undefined)[] = [];
  #head = 0;
  /** Up to this number they are not there any more. */
  #dropped = 0;
  /**
   * By origin and epoch, the highest sequence number of what made a transition that is not there any more: who comes
   * back without it may lack that transition.
   */
  readonly #lost = new Map<string, RecordIdentity>();
  /** When the last was noticed that no record made, of those that are not there any more. */
  #lostMs = -Infinity;

  /** The number of the last. */
  get head(): number {
    return this.#head;
  }

  append(transition: Transition): void {
    const oldest = this.#head - MAX_TRANSITIONS;
    if (oldest >= this.#dropped) this.#drop();
    this.#ring[this.#head % MAX_TRANSITIONS] = transition;
    this.#head += 1;
  }

  /** Counts all transitions as lost, and one more that is not made since it is one of too many. */
  overflow(noticedMs: number): void {
    while (this.#dropped < this.#head) this.#drop();
    this.#lostMs = noticedMs;
    this.#head += 1;
    this.#dropped = this.#head;
  }

  /** Says of records before all of these transitions that they may have made others. */
  lose(records: Iterable<RecordIdentity>): void {
    for (const record of records) this.#loseRecord(record);
  }

  /** The transitions after the one of a number; `undefined` where some of them are not there any more. */
  after(number: number): readonly Transition[] | undefined {
    if (number < this.#dropped) return undefined;
    const transitions: Transition[] = [];
    for (let next = number; next < this.#head; next++) {
      const transition = this.#ring[next % MAX_TRANSITIONS];
      if (transition !== undefined) transitions.push(transition);
    }
    return transitions;
  }

  /** The transitions that a subscriber may lack; `undefined` where not all of them are there. */
  missedBy(subscriber: SubscriberHas): readonly Transition[] | undefined {
    const sinceMs = subscriber.timeMs - NOTICED_APART_MS;
    if (this.#lostMs >= sinceMs) return undefined;
    for (const record of this.#lost.values()) if (!subscriber.has(record)) return undefined;
    return this.after(this.#dropped)?.filter(({ record, noticedMs }) =>
      record === undefined ? noticedMs >= sinceMs : !subscriber.has(record),
    );
  }

  /** Where a client was is not told any more: it was removed. */
  removeLocations(client: Buffer): void {
    for (let next = this.#dropped; next < this.#head; next++) {
      const transition = this.#ring[next % MAX_TRANSITIONS];
      if (transition?.location === undefined || !transition.client.equals(client)) continue;
      this.#ring[next % MAX_TRANSITIONS] = { ...transition, location: undefined };
    }
  }

  #drop(): void {
    const transition = this.#ring[this.#dropped % MAX_TRANSITIONS];
    this.#ring[this.#dropped % MAX_TRANSITIONS] = undefined;
    this.#dropped += 1;
    if (transition === undefined) return;
    if (transition.record === undefined) this.#lostMs = transition.noticedMs;
    else this.#loseRecord(transition.record);
  }

  #loseRecord(record: RecordIdentity): void {
    const key = `${record.epoch} ${record.origin}`;
    const before = this.#lost.get(key);
    if (before === undefined || before.sequence < record.sequence) this.#lost.set(key, record);
  }
}
