import type { VersionVector } from '../../store/version-vector.ts';
import type { Location } from '../../store/location.ts';
import type { FeedCursor } from '../../store/change-feed.ts';
import { noLiveCounts, type LiveCounts } from './counts.ts';
import type { LiveCursor } from './cursor.ts';
import { LiveBatch, type LiveEvent, type LiveSink } from './events.ts';
import type { LiveFilter } from './filter.ts';
import type { LiveStore } from './live-store.ts';
import type { Transition } from '../geofences/transition.ts';
import { Snapshots, type LiveElsewhere } from './snapshots.ts';
import { LiveSubscription, type SubscriptionOwner } from './subscription.ts';
import { TransitionEvents, type LiveGeofences } from './transition-events.ts';

/**
 * How often changes are sent, in milliseconds. A client that reports several times meanwhile is sent once, at its
 * latest; a person does not see the delay.
 */
const FLUSH_EVERY_MS = 20;
/** The most changes that are read at a time for all subscribers: some milliseconds of work. */
const CHANGES_A_FLUSH = 10_000;
/** The most changes that subscribers which are behind, or new, look at in one flush, together. */
const BEHIND_CHANGES = 20_000;
/** How often subscribers are told where they could go on, in milliseconds: what they then get twice is bounded by it. */
const MARK_EVERY_MS = 1000;
/**
 * A cursor older than this, in milliseconds, is not gone on from: clients that were removed since may not be known as
 * removed any more.
 */
const MAX_CURSOR_AGE_MS = 3_600_000;

/** What the hub is made of. */
export interface LiveHubParts {
  readonly store: LiveStore;
  /** Where a slot's client is, as the front end encodes it, and perhaps which geofences it is in. */
  readonly encode: (slot: number, showsGeofences: boolean) => string;
  /** The sign of life at a slot, as the front end encodes it. */
  readonly encodeSeen: (slot: number) => string;
  readonly geofences: LiveGeofences;
  readonly encodeTransition: (transition: Transition) => string;
  /** What this server has of every origin, all of it in the store's feed up to its head. */
  readonly vector: () => VersionVector;
  /** The change of this server's feed after which all is that one with a vector may lack. */
  readonly startOf: (vector: VersionVector) => number;
  /** A location that is of another server, as the front end encodes it. */
  readonly encodeLocation: (location: Location, showsGeofences: boolean) => string;
  /**
   * Those who hold what this server does not; `undefined` where it holds every client. Otherwise what it lacks of the others is
   * not in the feed, and no subscriber can go on from a cursor.
   */
  readonly elsewhere: LiveElsewhere | undefined;
  /** Runs `action` once after `delayMs`; the returned function cancels it. */
  readonly after: (delayMs: number, action: () => void) => () => void;
  /** The time, in milliseconds since the POSIX epoch. */
  readonly now: () => number;
  /** Asks for a tick, soon. */
  readonly wake: () => void;
}

/** Reads the change feed for all subscribers of live updates, and sends each what matches its filter. */
export class LiveHub {
  readonly counts: LiveCounts = noLiveCounts();
  readonly #parts: LiveHubParts;
  readonly #owner: SubscriptionOwner;
  #subscriptions: LiveSubscription[] = [];
  readonly #snapshots: Snapshots | undefined;
  /** What ends the watching of a subscription's clients. */
  readonly #watched = new Map<LiveSubscription, () => void>();
  /** Reads the feed while there are subscribers. */
  #cursor: FeedCursor | undefined;
  /** The events that were made in this flush, by slot. */
  readonly #made = new Map<number, LiveEvent>();
  /** The same for subscribers that may not read geofences. */
  readonly #madeWithout = new Map<number, LiveEvent>();
  readonly #transitions: TransitionEvents;
  /** The number of the last transition that has been sent. */
  #transition: number;
  #isDue = false;
  #isTimed = false;
  #isMarkDue = false;
  #cancelMarks: (() => void) | undefined;

  constructor(parts: LiveHubParts) {
    this.#parts = parts;
    const { store, geofences, encodeTransition, encodeLocation, elsewhere, after } = parts;
    this.#transitions = new TransitionEvents(geofences, store, encodeTransition);
    this.#transition = this.#transitions.head;
    this.#snapshots =
      elsewhere &&
      new Snapshots({
        elsewhere,
        geofences,
        store,
        after,
        onBroken: (subscription) => subscription.reset(),
      });
    this.#owner = {
      store,
      counts: this.counts,
      transitions: this.#transitions,
      isInAny: (slot, names) => geofences.isInAny(slot, names),
      eventOf: (slot, showsGeofences) => this.#eventOf(slot, showsGeofences),
      eventAt: (location, showsGeofences) => {
        return { kind: 'location', body: encodeLocation(location, showsGeofences) };
      },
      beginPages: (subscription) => this.#snapshots?.begin(subscription),
      wake: () => this.#wake(),
      closed: (subscription) => this.#remove(subscription),
    };
  }

  /** How many subscribers there are. */
  get subscribers(): number {
    return this.#subscriptions.length;
  }

  /**
   * Adds a subscriber: it gets all that matches its filter, then `ready`, then what changes.
   *
   * @param had where the subscriber goes on: it gets only what changed since. Where that is not possible it gets
   *   `reset` and everything
   */
  subscribe(filter: LiveFilter, sink: LiveSink, had?: LiveCursor): LiveSubscription {
    const { store, startOf, now, elsewhere } = this.#parts;
    const holdsAll = elsewhere === undefined;
    const isPaged = !holdsAll && filter.clients === undefined;
    const isRecent = holdsAll && had !== undefined && now() - had.timeMs <= MAX_CURSOR_AGE_MS;
    const missed = isRecent ? this.#transitions.missedBy(had) : undefined;
    const isUsable = isRecent && missed !== undefined;
    const start = isUsable ? startOf(had.vector) : 0;
    const subscription = new LiveSubscription(
      this.#owner,
      filter,
      sink,
      isUsable ? had : undefined,
      start,
      isPaged,
    );
    if (had !== undefined && !isUsable) subscription.reset();
    else if (isPaged) this.#snapshots?.begin(subscription);
    if (missed !== undefined) subscription.tell(missed);
    this.#cursor ??= store.openAfter(store.head);
    if (this.#cancelMarks === undefined) this.#markLater();
    this.#subscriptions.push(subscription);
    if (elsewhere !== undefined && filter.clients !== undefined) {
      this.#watched.set(subscription, elsewhere.watch(filter.clients));
    }
    this.#wake();
    return subscription;
  }

  /** Sends what has changed, where it is time to. A phase of each tick. */
  flush(): void {
    const cursor = this.#cursor;
    if (cursor === undefined || !this.#isDue) return this.#time();
    this.#isDue = false;
    const before = cursor.seq;
    this.#resetLacking();
    this.#sendTransitions();
    const isAtHead = this.#sendChanges(cursor, before);
    const isRead = this.#readOn(cursor.seq);
    if (isAtHead && this.#isMarkDue) this.#mark(cursor.seq);
    this.#made.clear();
    this.#madeWithout.clear();
    this.#transitions.clear();
    if (!isAtHead || !isRead) this.#wake();
  }

  /** Makes subscribers start over that lack records which the store no longer has. */
  #resetLacking(): void {
    const { elsewhere } = this.#parts;
    if (elsewhere === undefined) return;
    for (const subscription of this.#subscriptions) {
      if (!subscription.isBlocked && subscription.lacks(elsewhere.evictedUpTo))
        subscription.reset();
    }
  }

  #sendTransitions(): void {
    this.#transition = this.#transitions.head;
    for (const subscription of this.#subscriptions) {
      if (!subscription.isBlocked) subscription.takeTransitions();
    }
  }

  /** Sends what changed since the last flush to all that had everything before; whether that was all. */
  #sendChanges(cursor: FeedCursor, before: number): boolean {
    const slots: number[] = [];
    const { store } = this.#parts;
    const isAtHead = store.readClients(cursor, CHANGES_A_FLUSH, (slot) => {
      slots.push(slot);
    });
    const { seq } = cursor;
    if (seq === before) return isAtHead;
    const conflated = seq - before - slots.length;
    let all: LiveBatch | undefined;
    for (const subscription of this.#subscriptions) {
      if (subscription.isBlocked || !subscription.isAt(before)) continue;
      this.counts.conflated += conflated;
      if (!subscription.isOfAll) subscription.take(slots, seq);
      else {
        all ??= this.#batchOf(slots);
        subscription.takeAll(all, seq);
      }
    }
    return isAtHead;
  }

  /** What those are sent that want all clients' locations, and no signs of life. */
  #batchOf(slots: readonly number[]): LiveBatch {
    const { signs } = this.#parts.store;
    const located = slots.filter((slot) => !signs.isSign(slot));
    return new LiveBatch(located.map((slot) => this.#eventOf(slot, true)));
  }

  /** Has those that are behind read on; whether none is left that could read more. */
  #readOn(head: number): boolean {
    const behind = this.#subscriptions.filter(
      (subscription) => !subscription.isBlocked && !subscription.isAt(head),
    );
    const share = Math.ceil(BEHIND_CHANGES / behind.length);
    for (const subscription of behind) subscription.read(share, head);
    return behind.every((subscription) => subscription.isBlocked || subscription.isAt(head));
  }

  #mark(seq: number): void {
    this.#isMarkDue = false;
    const cursor = { timeMs: this.#parts.now(), vector: this.#parts.vector() };
    for (const subscription of this.#subscriptions) subscription.mark(cursor, seq);
  }

  #markLater(): void {
    this.#cancelMarks = this.#parts.after(MARK_EVERY_MS, () => {
      this.#isMarkDue = true;
      this.#markLater();
      this.#wake();
    });
  }

  #eventOf(slot: number, showsGeofences: boolean): LiveEvent {
    const made = showsGeofences ? this.#made : this.#madeWithout;
    let event = made.get(slot);
    if (event === undefined) {
      event = this.#makeEvent(slot, showsGeofences);
      made.set(slot, event);
    }
    return event;
  }

  #makeEvent(slot: number, showsGeofences: boolean): LiveEvent {
    const { store, encode, encodeSeen } = this.#parts;
    if (store.signs.isSign(slot)) return { kind: 'seen', body: encodeSeen(slot) };
    if (store.isRemoval(slot)) return { kind: 'removed', client: store.clientOf(slot) };
    return { kind: 'location', body: encode(slot, showsGeofences) };
  }

  /** Makes the next flush, soon, send what is waiting. */
  #time(): void {
    const { store, after } = this.#parts;
    if (this.#cursor === undefined || this.#isTimed) return;
    if (this.#cursor.seq === store.head && this.#transition === this.#transitions.head) return;
    this.#isTimed = true;
    after(FLUSH_EVERY_MS, () => {
      this.#isTimed = false;
      this.#wake();
    });
  }

  #wake(): void {
    this.#isDue = true;
    this.#parts.wake();
  }

  #remove(subscription: LiveSubscription): void {
    this.#subscriptions = this.#subscriptions.filter((other) => other !== subscription);
    this.#snapshots?.end(subscription);
    this.#watched.get(subscription)?.();
    this.#watched.delete(subscription);
    if (this.#subscriptions.length > 0) return;
    if (this.#cursor !== undefined) this.#parts.store.close(this.#cursor);
    this.#cursor = undefined;
    this.#cancelMarks?.();
    this.#cancelMarks = undefined;
  }
}
