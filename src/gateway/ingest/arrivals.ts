import { LRUCache } from 'lru-cache';

import type { Attributes } from '../../protocol/attributes.ts';

/** What all that is kept may take, in characters of IDs and the like: some ten thousand phones. */
const MAX_KEPT_CHARACTERS = 4 * 1024 * 1024;
/** What is kept of a phone beside its ID, in characters, generously. */
const ENTRY_CHARACTERS = 300;
/** The most arrivals of phones that nobody knows, which are kept to show. */
const MAX_STRANGERS = 20;

/** Something that came from a phone. */
interface Arrival {
  readonly app: string;
  /** When, in milliseconds of a clock that only rises. */
  readonly atMs: number;
  /** Where from. */
  readonly address: string;
}

/** A report that was stored. */
export interface StoredArrival extends Arrival {
  readonly attributes: Pick<Attributes, 'accuracyM' | 'batteryPercent'>;
}

/** What was not stored: of no use, or refused. */
export interface LostArrival extends Arrival {
  /** As in the log, or the code of a problem. */
  readonly reason: string;
}

/** What last came from a phone, of each kind. */
export interface LastArrivals {
  readonly stored: StoredArrival | undefined;
  /** Answered as a success. */
  readonly unused: LostArrival | undefined;
  readonly refused: LostArrival | undefined;
}

const NONE: LastArrivals = { stored: undefined, unused: undefined, refused: undefined };

/** What last came from each phone at this server, for who sets one up. The phones that were quiet for longest go first. */
export class Arrivals {
  readonly #nowMs: () => number;
  readonly #byClient = new LRUCache<string, LastArrivals>({
    maxSize: MAX_KEPT_CHARACTERS,
    sizeCalculation: (_, client) => client.length + ENTRY_CHARACTERS,
  });
  #strangers: readonly LostArrival[] = [];

  /** @param nowMs a clock that only rises, in milliseconds */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  noteStored(client: string, arrival: Omit<StoredArrival, 'atMs'>): void {
    this.#note(client, { stored: { ...arrival, atMs: this.#nowMs() } });
  }

  /**
   * Notes what was not stored.
   *
   * @param client whose phone it was; `undefined` where nobody knows
   */
  noteLost(
    kind: 'unused' | 'refused',
    client: string | undefined,
    arrival: Omit<LostArrival, 'atMs'>,
  ): void {
    const lost = { ...arrival, atMs: this.#nowMs() };
    if (client === undefined) this.#strangers = [lost, ...this.#strangers].slice(0, MAX_STRANGERS);
    else this.#note(client, { [kind]: lost });
  }

  /** What last came from a client, of one character a byte. */
  of(client: string): LastArrivals {
    return this.#byClient.peek(client) ?? NONE;
  }

  /** What came of phones that nobody knows, the latest first. */
  get strangers(): readonly LostArrival[] {
    return this.#strangers;
  }

  /** How long ago something came, in whole seconds. */
  ageSeconds({ atMs }: Arrival): number {
    return Math.floor((this.#nowMs() - atMs) / 1000);
  }

  #note(client: string, last: Partial<LastArrivals>): void {
    this.#byClient.set(client, { ...this.of(client), ...last });
  }
}
