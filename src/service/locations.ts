import type { Elsewhere } from '../replication/elsewhere.ts';
import type { Location } from '../store/location.ts';
import type { LocationStore } from '../store/store.ts';

/** What a journal that is being replayed has yet to bring. */
export interface ReplayProgress {
  /** Whether there may be clients that are not in the store yet. */
  readonly replaying: boolean;
  /** Done when there are none. */
  readonly replayed: Promise<void>;
}

/** What locations need of the store. */
type ReadStore = Pick<LocationStore, 'get' | 'has' | 'hasLocation' | 'locationAt'>;

/** The newest location of each client, also of those that the journal or another server has yet to bring. */
export class Locations {
  readonly #store: ReadStore;
  readonly #replay: ReplayProgress;
  #elsewhere: Pick<Elsewhere, 'fetch'> | undefined;

  constructor(store: ReadStore, replay: ReplayProgress) {
    this.#store = store;
    this.#replay = replay;
  }

  /** Has clients that other servers hold fetched from there. */
  fetchFrom(elsewhere: Pick<Elsewhere, 'fetch'>): void {
    this.#elsewhere = elsewhere;
  }

  /**
   * The newest location of the client whose ID the bytes are; `undefined` where no server has reported
   * it, or it was removed or forgotten. A promise while the journal or another server may still bring it; it rejects
   * where those who hold the client cannot be reached.
   */
  get(
    bytes: Buffer,
    start = 0,
    end = bytes.length,
  ): Location | undefined | Promise<Location | undefined> {
    if (this.#elsewhere !== undefined) return this.#fetch(bytes.subarray(start, end), false);
    const location = this.#store.get(bytes, start, end);
    if (location !== undefined || !this.#replay.replaying) return location;
    const client = Buffer.from(bytes.subarray(start, end));
    return this.#replay.replayed.then(() => this.#store.get(client));
  }

  /** The same, read again if this server does not hold the client. */
  async getFresh(client: Buffer): Promise<Location | undefined> {
    return this.#elsewhere === undefined ? this.get(client) : this.#fetch(client, true);
  }

  /** The locations at slots of the store, without the slots that have none any more. */
  atEach(slots: Iterable<number>): Location[] {
    const held = Array.from(slots).filter((slot) => this.#store.hasLocation(slot));
    return held.map((slot) => this.#store.locationAt(slot));
  }

  /** Whether a client is known here, and neither removed nor forgotten; its ID of one character a byte. */
  isKnown(client: string): boolean {
    return this.#store.has(Buffer.from(client, 'latin1'));
  }

  #fetch(bytes: Buffer, isFresh: boolean): Location | undefined | Promise<Location | undefined> {
    const client = Buffer.from(bytes);
    const fetching = this.#elsewhere?.fetch(client, isFresh);
    if (fetching === undefined) return this.#store.get(client);
    return fetching.then(() => this.#store.get(client));
  }
}
