import type { FeedCursor } from '../store/change-feed.ts';
import type { Location } from '../store/location.ts';
import type { SignOfLife } from '../store/sign-of-life.ts';
import type { LocationStore } from '../store/store.ts';

/** What they need of the store. */
type ReadStore = Pick<
  LocationStore,
  | 'head'
  | 'openAfter'
  | 'readClients'
  | 'signs'
  | 'close'
  | 'isRemoval'
  | 'clientOf'
  | 'locationAt'
  | 'origins'
  | 'originOf'
>;

/** A client's newest record, or its newest sign of life, which this server accepted itself. */
export type OwnChange =
  | { readonly kind: 'location'; readonly location: Location }
  /** The client was seen, and did not say where it is; its ID, of one character a byte. */
  | { readonly kind: 'seen'; readonly client: string; readonly sign: SignOfLife }
  /** The client was removed; its ID in the same way. */
  | { readonly kind: 'removed'; readonly client: string };

/** What a server has accepted itself in this life of it, by the origins of records. */
export interface OwnOrigin {
  readonly name: Buffer;
  /** The first epoch of this life: the records of earlier ones come back from journal and neighbours. */
  readonly firstEpoch: number;
}

/**
 * A reader's place among the clients whose newest record this server accepted itself. Each stands there once, at its
 * latest, however long the reader is away: it is the store's change feed, and costs no memory.
 */
export class OwnChanges {
  readonly #store: ReadStore;
  readonly #own: OwnOrigin;
  readonly #cursor: FeedCursor;

  /** @param seq all changes after this one are read */
  constructor(store: ReadStore, own: OwnOrigin, seq: number) {
    this.#store = store;
    this.#own = own;
    this.#cursor = store.openAfter(seq);
  }

  /** Whether there is nothing to read. */
  get isAtEnd(): boolean {
    return this.#cursor.seq === this.#store.head;
  }

  /**
   * Reads on.
   *
   * @param most how many changes are looked at at most, those of other servers among them
   */
  read(most: number): readonly OwnChange[] {
    const changes: OwnChange[] = [];
    this.#store.readClients(this.#cursor, most, (slot) => {
      if (!this.#isOwn(slot)) return;
      const change = this.#changeAt(slot);
      if (change !== undefined) changes.push(change);
    });
    return changes;
  }

  close(): void {
    this.#store.close(this.#cursor);
  }

  #isOwn(slot: number): boolean {
    const { origins } = this.#store;
    const origin = this.#store.originOf(slot);
    const { name, firstEpoch } = this.#own;
    return origins.epoch(origin) >= firstEpoch && origins.name(origin).equals(name);
  }

  /** `undefined` where a sign of life was removed: that its client was is a change of its own. */
  #changeAt(slot: number): OwnChange | undefined {
    const store = this.#store;
    const { signs } = store;
    if (signs.isSign(slot)) {
      if (store.isRemoval(slot)) return undefined;
      const client = signs.clientOf(slot).toString('latin1');
      return { kind: 'seen', client, sign: signs.at(slot) };
    }
    return store.isRemoval(slot)
      ? { kind: 'removed', client: store.clientOf(slot).toString('latin1') }
      : { kind: 'location', location: store.locationAt(slot) };
  }
}
