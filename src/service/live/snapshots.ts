import type { Elsewhere, Listener } from '../../replication/elsewhere.ts';
import type { Location } from '../../store/location.ts';
import type { Area } from '../spread/part.ts';
import type { LiveSubscription } from './subscription.ts';

/** How long to wait before a snapshot is tried again for which somebody did not answer, in milliseconds. */
const RETRY_MS = 1000;
/** Where a subscriber does not say where it looks. */
const WHOLE_EARTH: Area = {
  kind: 'box',
  westE7: -180e7,
  southE7: -90e7,
  eastE7: 180e7,
  northE7: 90e7,
};

/** What live updates need of the servers that hold what this one does not. */
export interface LiveElsewhere extends Pick<
  Elsewhere,
  'watch' | 'listen' | 'storedUpTo' | 'evictedUpTo'
> {
  /** All who are in an area, page by page. It throws where that cannot be known. */
  pages(area: Area): AsyncIterable<readonly Location[]>;
}

/** What snapshots are made of. */
interface SnapshotParts {
  readonly elsewhere: LiveElsewhere;
  /** The change of the store's feed that came last. */
  readonly head: () => number;
  readonly after: (delayMs: number, action: () => void) => void;
  /** Told of each of the subscriptions when something may not have come. */
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
  #listener: Listener | undefined;

  constructor(parts: SnapshotParts) {
    this.#parts = parts;
  }

  /** Begins a subscription's snapshot, or begins it again. */
  begin(subscription: LiveSubscription): void {
    const snapshot = {};
    this.#current.set(subscription, snapshot);
    this.#listener ??= this.#parts.elsewhere.listen(() => {
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
  }

  async #run(
    subscription: LiveSubscription,
    listener: Listener,
    isCurrent: () => boolean,
  ): Promise<void> {
    const { elsewhere, head, after } = this.#parts;
    await listener.begun();
    if (!isCurrent()) return;
    subscription.begin(Math.min(elsewhere.storedUpTo, head()), head());
    const area = subscription.bounds ?? WHOLE_EARTH;
    for (;;) {
      try {
        let askedAt = head();
        for await (const locations of elsewhere.pages(area)) {
          await subscription.whenRoom();
          if (!isCurrent()) return;
          // What came after the page was asked for, and has made room since, may be newer than what is on it.
          if (elsewhere.evictedUpTo > askedAt) return subscription.reset();
          subscription.takePage(locations);
          askedAt = head();
        }
        await subscription.whenRoom();
        if (isCurrent()) subscription.endPages();
        return;
      } catch {
        // Who holds a partition does not answer: the subscriber is not ready before somebody does.
        await new Promise<void>((resolve) => after(RETRY_MS, resolve));
        if (!isCurrent()) return;
      }
    }
  }
}
