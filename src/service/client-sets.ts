import { LRUCache } from 'lru-cache';

import { type ClientPattern, coversClient } from '../access/client-pattern.ts';
import { KEPT_APPEARANCES } from '../store/appearances.ts';
import type { LocationStore } from '../store/store.ts';

/** The most clients of a set: a large team. Of more than these nobody wants to see all at once. */
export const MAX_SET_CLIENTS = 250;
/** The most sets that are kept, by their patterns: 2 MB. */
const MAX_SETS = 1000;
/** How many slots are looked at in a tick for all sets that are being made, together: a few milliseconds of work. */
const SLOTS_A_TICK = 5000;

/** What the sets need of the store. */
type SetStore = Pick<
  LocationStore,
  'appearances' | 'clientOf' | 'end' | 'find' | 'hasLocation' | 'locationAt'
>;

/** The clients that one pattern covers, as far as they were looked for. */
interface ClientSet {
  readonly pattern: ClientPattern;
  /** One more than `MAX_SET_CLIENTS` at most. A slot's client may have gone, or be another one by now. */
  slots: number[];
  /** All slots below this were looked at. */
  lookedUpTo: number;
  /** Of the clients that appeared so many were looked at. */
  appeared: number;
  /** Whom to tell when all were looked at; none waits where that has been done. */
  waiting: (() => void)[];
}

/**
 * Which clients patterns cover: all are looked at once for each pattern, some in each tick, and from then on only
 * those that are new. So to ask for ten of 100,000 clients again costs as much as ten.
 */
export class ClientSets {
  readonly #store: SetStore;
  readonly #wake: () => void;
  readonly #sets = new LRUCache<string, ClientSet>({ max: MAX_SETS });
  /** Those that are being made. */
  readonly #unfinished = new Set<ClientSet>();

  /** @param wake asks for a tick, soon */
  constructor(store: LocationStore, wake: () => void) {
    this.#store = store;
    this.#wake = wake;
  }

  /**
   * The slots of the clients that any of some patterns covers, each once; `undefined` where they are more than
   * `MAX_SET_CLIENTS`.
   */
  async slotsOf(patterns: readonly ClientPattern[]): Promise<ReadonlySet<number> | undefined> {
    const all = new Set<number>();
    for (const pattern of patterns) {
      const { client } = pattern;
      const slots = client === undefined ? await this.#matching(pattern) : this.#one(client);
      for (const slot of slots ?? []) all.add(slot);
      if (slots === undefined || all.size > MAX_SET_CLIENTS) return undefined;
    }
    return all;
  }

  /** Goes on making sets, where somebody waits for them. A phase of each tick. */
  work(): void {
    let left = SLOTS_A_TICK;
    for (const set of this.#unfinished) {
      left = this.#look(set, left);
      if (left <= 0) break;
    }
    if (this.#unfinished.size > 0) this.#wake();
  }

  #one(client: string): readonly number[] {
    const slot = this.#store.find(Buffer.from(client, 'latin1'));
    return slot >= 0 && this.#store.hasLocation(slot) ? [slot] : [];
  }

  async #matching(pattern: ClientPattern): Promise<readonly number[] | undefined> {
    const set = this.#sets.get(pattern.text) ?? this.#begin(pattern);
    for (;;) {
      if (this.#isBehind(set)) this.#restart(set);
      if (!this.#unfinished.has(set)) break;
      await new Promise<void>((resolve) => {
        set.waiting.push(resolve);
        this.#wake();
      });
    }
    this.#takeNew(set);
    if (set.slots.length > MAX_SET_CLIENTS) {
      this.#lookAgain(set);
      return undefined;
    }
    set.slots = set.slots.filter((slot) => this.#isCovered(set, slot));
    return set.slots;
  }

  #begin(pattern: ClientPattern): ClientSet {
    const set = { pattern, slots: [], lookedUpTo: 0, appeared: 0, waiting: [] };
    this.#sets.set(pattern.text, set);
    this.#restart(set);
    return set;
  }

  #restart(set: ClientSet): void {
    set.slots = [];
    set.lookedUpTo = 0;
    set.appeared = this.#store.appearances.count;
    this.#unfinished.add(set);
  }

  /** Whether so many clients have appeared that to look at them is a tick's work, or they are not known any more. */
  #isBehind(set: ClientSet): boolean {
    if (this.#unfinished.has(set) || set.slots.length > MAX_SET_CLIENTS) return false;
    const behind = this.#store.appearances.count - set.appeared;
    return behind > Math.min(SLOTS_A_TICK, KEPT_APPEARANCES);
  }

  /** @returns how many slots may still be looked at */
  #look(set: ClientSet, atMost: number): number {
    const { end } = this.#store;
    const until = Math.min(end, set.lookedUpTo + atMost);
    const from = set.lookedUpTo;
    while (set.lookedUpTo < until && set.slots.length <= MAX_SET_CLIENTS) {
      this.#add(set, set.lookedUpTo);
      set.lookedUpTo += 1;
    }
    if (set.lookedUpTo === end || set.slots.length > MAX_SET_CLIENTS) {
      this.#unfinished.delete(set);
      for (const goOn of set.waiting.splice(0)) goOn();
    }
    return atMost - (set.lookedUpTo - from);
  }

  #takeNew(set: ClientSet): void {
    const { appearances } = this.#store;
    while (set.appeared < appearances.count && set.slots.length <= MAX_SET_CLIENTS) {
      const slot = appearances.slotOf(set.appeared);
      if (!set.slots.includes(slot)) this.#add(set, slot);
      set.appeared += 1;
    }
  }

  /** Looks at one client of a set with too many: where it has gone, they may be fewer by now. */
  #lookAgain(set: ClientSet): void {
    const slot = set.slots.shift();
    if (slot === undefined) return;
    if (this.#isCovered(set, slot)) set.slots.push(slot);
    else this.#restart(set);
  }

  #add(set: ClientSet, slot: number): void {
    if (this.#isCovered(set, slot)) set.slots.push(slot);
  }

  #isCovered({ pattern }: ClientSet, slot: number): boolean {
    if (!this.#store.hasLocation(slot)) return false;
    return coversClient(pattern, this.#store.clientOf(slot).toString('latin1'));
  }
}
