import type { Elsewhere, Listener } from '../../replication/elsewhere.ts';
import type { Location } from '../../store/location.ts';
import { WHOLE_EARTH } from '../nearby-clients.ts';
import type { Area } from '../spread/part.ts';
import { GeofenceSeeding } from './geofence-seeding.ts';
import type { LiveStore } from './live-store.ts';
import type { LiveSubscription } from './subscription.ts';
import type { LiveGeofences } from './transition-events.ts';

/** How long to wait before a snapshot is tried again for which somebody did not answer, in milliseconds. */
const RETRY_MS = 1000;
/** How often it is looked whether what this server has accepted is stored, in milliseconds: that takes some as a rule. */
const LOOK_EVERY_MS = 20;

/** What live updates need of the servers that hold what this one does not. */
export interface LiveElsewhere extends Pick<
  Elsewhere,
  'fetch' | 'watch' | 'listen' | 'storedUpTo' | 'evictedUpTo'
> {
  /** All who are in an area, page by page. It throws where that cannot be known. */
  pages(area: Area): AsyncGenerator<readonly Location[], void, undefined>;
}

/** What snapshots are made of. */
interface SnapshotParts {
  readonly elsewhere: LiveElsewhere;
  readonly geofences: LiveGeofences;
  readonly store: Pick<LiveStore, 'head' | 'clientOf'>;
  readonly after: (delayMs: number, action: () => void) => void;
  /** Called with each subscription for which events may be missing. */
  readonly onBroken: (subscription: LiveSubscription) => void;
}

/**
 * What there is when a subscription begins, where no server holds all: this server listens to what all clients report, and
 * then asks those who hold them where they are. So between the two nothing is missing.
 */
export class Snapshots {
  readonly #parts: SnapshotParts;
  /** The subscriptions, and which snapshot each gets: it is another one after each reset. */
  readonly #current = new Map<LiveSubscription, object>();
  readonly #seeding: GeofenceSeeding;
  #listener: Listener | undefined;

  constructor(parts: SnapshotParts) {
    this.#parts = parts;
    const { elsewhere, geofences, store } = parts;
    this.#seeding = new GeofenceSeeding({
      elsewhere,
      geofences,
      clientOf: (slot) => store.clientOf(slot),
      delay: (ms) => this.#delay(ms),
    });
  }

  /** Begins a subscription's snapshot, or begins it again. */
  begin(subscription: LiveSubscription): void {
    const snapshot = {};
    this.#current.set(subscription, snapshot);
    this.#listener ??= this.#parts.elsewhere.listen(() => {
      this.#seeding.lose();
      for (const each of this.#current.keys()) this.#parts.onBroken(each);
    });
    void this.#run(subscription, this.#listener, () => {
      return this.#current.get(subscription) === snapshot;
    });
  }

  /** Ends what is done for a subscription. */
  end(subscription: LiveSubscription): void {
    if (!this.#current.delete(subscription) || this.#current.size > 0) return;
    this.#listener?.end();
    this.#listener = undefined;
    this.#seeding.lose();
  }

  async #run(
    subscription: LiveSubscription,
    listener: Listener,
    isCurrent: () => boolean,
  ): Promise<void> {
    const { elsewhere, store } = this.#parts;
    await listener.begun();
    if (!isCurrent()) return;
    await this.#seeding.seed();
    const { head } = store;
    // What is here by now is on the pages, if those who hold it have it: then the feed counts from here on.
    while (isCurrent() && elsewhere.storedUpTo < head) await this.#delay(LOOK_EVERY_MS);
    if (!isCurrent()) return;
    subscription.begin(head);
    while (isCurrent() && !(await this.#sendPages(subscription, isCurrent))) {
      await this.#delay(RETRY_MS);
    }
  }

  #delay(ms: number): Promise<void> {
    return new Promise((resolve) => this.#parts.after(ms, resolve));
  }

  /** Whether nothing is left to be done; false where somebody who holds clients does not answer: it is to be tried again. */
  async #sendPages(subscription: LiveSubscription, isCurrent: () => boolean): Promise<boolean> {
    const { elsewhere, store } = this.#parts;
    const pages = elsewhere.pages(subscription.bounds ?? { kind: 'box', ...WHOLE_EARTH });
    for (;;) {
      const askedAt = store.head;
      const page = await pages.next().catch(() => undefined);
      if (page === undefined) return false;
      await subscription.whenRoom();
      if (!isCurrent()) return true;
      if (page.done === true) {
        subscription.endPages();
        return true;
      }
      // What came after the page was asked for, and has made room since, may be newer than what is on it.
      if (elsewhere.evictedUpTo > askedAt) {
        subscription.reset();
        return true;
      }
      subscription.takePage(page.value);
    }
  }
}
