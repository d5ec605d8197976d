import type { Instant } from '../../protocol/timestamp.ts';
import type { Contact } from '../../store/contact.ts';

/**
 * A tombstone is forgotten after its grace. A removal that goes from server to server over lines that were each
 * down for less than this share of it arrives in time over any two of them.
 */
const APART_SHARE = 1 / 2;
/** How exactly contacts are kept, as a share of the grace: a journal need not note them all the time. */
const STEP_SHARE = 1 / 16;

/** When this server last had all that each neighbour had: so it knows from which it was apart for too long. */
export class Contacts {
  readonly #graceMs: number;
  readonly #now: () => Instant;
  /** Seconds by the neighbours' names; rounded down. */
  readonly #seconds = new Map<string, number>();
  #entries: readonly Contact[] = [];
  #hasNoted = false;

  /**
   * @param graceMs for how long a tombstone is kept, in milliseconds; infinite: for ever
   * @param now the time by the server's clock
   */
  constructor(graceMs: number, now: () => Instant) {
    this.#graceMs = graceMs;
    this.#now = now;
  }

  /** All contacts; the same list as before where nothing is different. */
  get entries(): readonly Contact[] {
    return this.#entries;
  }

  /** Whether one was noted since this server started. */
  get hasNoted(): boolean {
    return this.#hasNoted;
  }

  /**
   * Whether removals may have been forgotten at a neighbour before this server heard of them. So it is where
   * nothing is known of the last contact, or it seems to be yet to come.
   */
  isApart(name: string): boolean {
    const { seconds } = this.#now();
    const last = this.#seconds.get(name) ?? 0;
    return last > seconds || (seconds - last) * 1000 > this.#graceMs * APART_SHARE;
  }

  /** Notes that this server has all that a neighbour has. */
  note(name: string): void {
    this.#hasNoted = true;
    const stepSeconds = Math.max(1, Math.floor((this.#graceMs * STEP_SHARE) / 1000));
    const { seconds } = this.#now();
    const rounded = Number.isFinite(stepSeconds) ? seconds - (seconds % stepSeconds) : 0;
    if (this.#seconds.get(name) === rounded) return;
    this.#seconds.set(name, rounded);
    this.#list();
  }

  /** Takes over what a journal kept. */
  restore(contacts: readonly Contact[]): void {
    for (const { name, seconds } of contacts) this.#seconds.set(name, seconds);
    this.#list();
  }

  #list(): void {
    this.#entries = [...this.#seconds].map(([name, seconds]) => ({ name, seconds }));
  }
}
