/** For the runs of the model: there is no test in this file. */
import type { FeedCursor } from '../../store/change-feed.ts';
import type { LocationStore } from '../../store/store.ts';
import type { Elsewhere, Listener } from '../elsewhere.ts';
import { formatRecord } from './record-message.ts';

/** Somebody who follows all clients at a server that holds some, as live updates do. */
export class ModelFollower {
  readonly #store: LocationStore;
  readonly #elsewhere: Elsewhere;
  readonly #cursor: FeedCursor;
  readonly #listener: Listener;
  readonly #accepted: () => number;
  /** What came of each client last, since it began. */
  readonly newest = new Map<string, string>();
  /** How many reports had been accepted when it began, or began anew: what is later has to come. */
  beganAt = Infinity;

  /**
   * @param kept the clients whose records are to stay, however many others come
   * @param accepted how many reports the herd has accepted so far
   */
  constructor(
    store: LocationStore,
    elsewhere: Elsewhere,
    kept: readonly string[],
    accepted: () => number,
  ) {
    this.#store = store;
    this.#elsewhere = elsewhere;
    this.#accepted = accepted;
    this.#cursor = store.openAfter(store.head);
    elsewhere.keepWhileListening((slot) => kept.includes(store.clientOf(slot).toString()));
    this.#listener = elsewhere.listen(() => this.#begin());
    void this.#listener.begun().then(() => this.#begin());
  }

  /** Reads what has come. */
  read(): void {
    const [store, cursor] = [this.#store, this.#cursor];
    if (this.#elsewhere.evictedUpTo > cursor.seq) this.#begin();
    store.readClients(cursor, Infinity, (slot) => {
      const client = store.clientOf(slot).toString('latin1');
      this.newest.set(client, formatRecord(store, slot).toString('latin1'));
    });
  }

  #begin(): void {
    this.beganAt = this.#accepted();
  }
}
