import type { FeedCursor } from '../../store/change-feed.ts';
import type { Location } from '../../store/location.ts';
import { NO_SLOT } from '../../store/slot-index.ts';
import type { Area } from '../spread/part.ts';
import type { LiveCounts } from './counts.ts';
import type { Transition } from '../geofences/transition.ts';
import { CursorFilter, type LiveCursor } from './cursor.ts';
import { LiveBatch, type LiveEvent, type LiveSink } from './events.ts';
import type { LiveFilter } from './filter.ts';
import type { LiveStore } from './live-store.ts';
import type { ToldTransition, TransitionEvents } from './transition-events.ts';

const E7 = 1e7;

/** What a subscription needs of the hub that it belongs to. */
export interface SubscriptionOwner {
  readonly store: LiveStore;
  readonly counts: LiveCounts;
  /** What a subscriber is told of a slot's client; it is made once in a flush. */
  eventOf(slot: number, showsGeofences: boolean): LiveEvent;
  readonly transitions: TransitionEvents;
  /** The event for a location that another server holds. */
  eventAt(location: Location, showsGeofences: boolean): LiveEvent;
  /** Begins what a subscription gets of other servers, where no server holds all. */
  beginPages(subscription: LiveSubscription): void;
  /** Whether the client of a slot is in one of some geofences. */
  isInAny(slot: number, geofences: ReadonlySet<string>): boolean;
  wake(): void;
  closed(subscription: LiveSubscription): void;
}

/**
 * One subscriber of live updates. What it lacks is not kept for it: the store's change feed is the set of
 * clients that changed, each once, and the subscription is a place in it. So a slow reader costs no memory, and gets
 * the latest location of each client when it reads again.
 */
export class LiveSubscription {
  readonly #owner: SubscriptionOwner;
  readonly #filter: LiveFilter;
  readonly #sink: LiveSink;
  /** What the subscriber has from another server, while it gets what it lacks. */
  #had: CursorFilter | undefined;
  /** The IDs, as latin1, of the clients in the area and the geofences of the filter: those are to leave it. */
  readonly #inside = new Set<string>();
  /** All changes up to this one have been sent, as far as they match. */
  #seq: number;
  /** All transitions up to the one of this number have been sent, as far as they match. */
  #transition: number;
  /** Reads what came before the hub's place in the feed; `undefined`: it is where the hub is, or not reading. */
  #cursor: FeedCursor | undefined;
  #events: LiveEvent[] = [];
  /** The vector of the last mark. */
  #marked: LiveCursor['vector'] = [];
  #isBlocked = false;
  /** Whether it is where the hub is. */
  #isThere = false;
  #isReady = false;
  #isClosed = false;
  /** Whether its initial state comes from other servers, page by page, since no server holds everything. */
  readonly #isPaged: boolean;
  /** How far it is with that: it waits to begin, or gets pages beside what changes. */
  #pages: 'awaited' | 'coming' | 'done' = 'done';
  /** The last change when pages were begun: all is in the feed after it that they may lack. */
  #beganAt = 0;
  /** What waits until there is room. */
  #onRoom: (() => void) | undefined;

  /**
   * @param had what the subscriber has, where it goes on
   * @param start the change after which all is that the subscriber may lack
   * @param isPaged whether its initial state comes through `takePage`: then it waits for `begin`
   */
  constructor(
    owner: SubscriptionOwner,
    filter: LiveFilter,
    sink: LiveSink,
    had: LiveCursor | undefined,
    start: number,
    isPaged: boolean,
  ) {
    this.#owner = owner;
    this.#filter = filter;
    this.#sink = sink;
    this.#had = had && new CursorFilter(had);
    this.#seq = start;
    this.#isPaged = isPaged;
    if (isPaged) this.#pages = 'awaited';
    this.#transition = owner.transitions.head;
  }

  /** Whether it gets all locations of all clients, as others do. */
  get isOfAll(): boolean {
    const { clients, accepts, area, geofences, hidesGeofences, wantsSeen } = this.#filter;
    if (hidesGeofences === true || wantsSeen === true) return false;
    return [clients, accepts, area, geofences].every((part) => part === undefined);
  }

  /** Where it looks, as plain data; `undefined`: everywhere. */
  get bounds(): Area | undefined {
    return this.#filter.bounds;
  }

  /** Whether it can be sent nothing for now. */
  get isBlocked(): boolean {
    return this.#isBlocked || this.#pages === 'awaited';
  }

  /** Whether it lacks something that has made room: of the changes up to this one. */
  lacks(evictedUpTo: number): boolean {
    return this.#isPaged && evictedUpTo > Math.max(this.#seq, this.#beganAt);
  }

  /** Whether it has been sent all changes up to one. */
  isAt(seq: number): boolean {
    return this.#isThere && this.#seq === seq;
  }

  /** Sends the subscriber a reset, and starts over. */
  reset(): void {
    this.#owner.counts.resets += 1;
    this.#endReading();
    this.#had = undefined;
    this.#seq = 0;
    this.#isThere = false;
    this.#isReady = false;
    this.#inside.clear();
    this.#events = [{ kind: 'reset' }];
    if (!this.#isPaged) return;
    this.#pages = 'awaited';
    this.#onRoom?.();
    this.#owner.beginPages(this);
  }

  /**
   * Begins to receive changes, beside pages of the initial state.
   *
   * @param head the last change of the feed so far: after it is all that pages may lack
   */
  begin(head: number): void {
    this.#seq = head;
    this.#beganAt = head;
    this.#transition = this.#owner.transitions.head; // who is in geofences by now is known by the pages
    this.#pages = 'coming';
    this.#owner.wake();
  }

  /** Settled when there is room, or nothing more is to be sent. */
  whenRoom(): Promise<void> {
    if (!this.#isBlocked) return Promise.resolve();
    return new Promise((resolve) => (this.#onRoom = resolve));
  }

  /** Sends locations of other servers, as far as they match. */
  takePage(locations: readonly Location[]): void {
    const { store } = this.#owner;
    for (const location of locations) {
      const slot = store.slotOf(Buffer.from(location.client, 'latin1'));
      // What the feed has of the client since is as new, and is sent from there.
      if (slot === NO_SLOT || store.seqOf(slot) <= this.#beganAt)
        this.#takeLocation(location, slot);
    }
    this.#flush();
  }

  /** All pages were sent. */
  endPages(): void {
    this.#pages = 'done';
    if (this.#isThere) this.#becomeReady();
  }

  #takeLocation(location: Location, slot: number): void {
    const { accepts, area, geofences, hidesGeofences } = this.#filter;
    const { client, position } = location;
    if (accepts?.(Buffer.from(client, 'latin1')) === false) return;
    const [latitudeE7, longitudeE7] = [position.latitude * E7, position.longitude * E7];
    if (area?.(Math.round(latitudeE7), Math.round(longitudeE7)) === false) return;
    // Who is in a geofence is here.
    const isInAny = (names: ReadonlySet<string>): boolean =>
      slot !== NO_SLOT && this.#owner.isInAny(slot, names);
    if (geofences !== undefined && !isInAny(geofences)) return;
    if (area !== undefined || geofences !== undefined) this.#inside.add(client);
    this.#events.push(this.#owner.eventAt(location, hidesGeofences !== true));
  }

  /** Sends the transitions that it lacks; if some are no longer available, it starts over. */
  takeTransitions(): void {
    const { transitions } = this.#owner;
    if (this.#transition === transitions.head) return;
    const told = transitions.after(this.#transition);
    this.#transition = transitions.head;
    if (told === undefined) this.reset();
    else if (this.isOfAll && this.#events.length === 0) this.#send(transitions.batchOf(told));
    else {
      this.tell(told);
      this.#flush();
    }
  }

  /** Has transitions be sent next, as far as they match. */
  tell(told: readonly ToldTransition[]): void {
    for (const { transition, event } of told) {
      if (this.#matches(transition)) this.#events.push(event);
    }
  }

  /** Sends changes that the hub has read, from where this subscription is up to `seq`. */
  take(slots: readonly number[], seq: number): void {
    if (this.#filter.clients === undefined) for (const slot of slots) this.#look(slot);
    else this.#lookAtClients();
    this.#seq = seq;
    this.#flush();
  }

  /** Sends a batch that was made for all that are at the same place, and want all. */
  takeAll(batch: LiveBatch, seq: number): void {
    this.#seq = seq;
    if (batch.events.length > 0) this.#send(batch);
  }

  /**
   * Reads on, where it is behind the hub.
   *
   * @param maxSlots how many changes are looked at at most
   * @param head the change up to which the hub has read: there it joins the others
   * @returns how many were looked at
   */
  read(maxSlots: number, head: number): number {
    const { store, counts } = this.#owner;
    if (this.#filter.clients !== undefined) {
      this.#lookAtClients();
      this.#arrive(head);
      return this.#filter.clients.length;
    }
    this.#cursor ??= store.openAfter(this.#seq);
    const cursor = this.#cursor;
    const before = cursor.seq;
    let looked = 0;
    const isAtEnd = store.readClients(cursor, maxSlots, (slot) => {
      looked += 1;
      this.#look(slot);
    });
    // A new subscriber lacks nothing of what was before.
    if (this.#isReady) counts.conflated += cursor.seq - before - looked;
    this.#seq = cursor.seq;
    if (isAtEnd && this.#seq === head) this.#arrive(head);
    else this.#flush();
    return looked;
  }

  /** Says where the subscriber can go on, if it has all up to `seq` and that is news. */
  mark(cursor: LiveCursor, seq: number): void {
    if (this.#isBlocked || !this.#isReady || !this.isAt(seq) || cursor.vector === this.#marked)
      return;
    if (this.#transition !== this.#owner.transitions.head) return;
    this.#marked = cursor.vector;
    this.#sink.mark(cursor);
  }

  /** Continues after `send` reported that there was no room. */
  resume(): void {
    this.#isBlocked = false;
    this.#onRoom?.();
    this.#onRoom = undefined;
    this.#owner.wake();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#onRoom?.();
    this.#endReading();
    this.#owner.closed(this);
  }

  /** Is where the hub is, from now on. */
  #arrive(head: number): void {
    this.#endReading();
    this.#seq = head;
    this.#had = undefined;
    this.#isThere = true;
    if (this.#pages === 'done') this.#becomeReady();
    else this.#flush();
  }

  #becomeReady(): void {
    if (!this.#isReady) this.#events.push({ kind: 'ready' });
    this.#isReady = true;
    this.#flush();
  }

  #endReading(): void {
    if (this.#cursor !== undefined) this.#owner.store.close(this.#cursor);
    this.#cursor = undefined;
  }

  /** Of a few clients each is looked up. */
  #lookAtClients(): void {
    const { store } = this.#owner;
    const { clients = [], wantsSeen = false } = this.#filter;
    for (const client of clients) {
      this.#lookIfNew(store.slotOf(client));
      if (wantsSeen) this.#lookIfNew(store.signs.slotOf(client));
    }
  }

  #lookIfNew(slot: number): void {
    if (slot !== NO_SLOT && this.#owner.store.seqOf(slot) > this.#seq) this.#look(slot);
  }

  #look(slot: number): void {
    const { store } = this.#owner;
    const { accepts, area, geofences } = this.#filter;
    if (this.#had?.has(store.origins, store.originOf(slot), store.sequenceOf(slot))) return;
    if (store.signs.isSign(slot)) return this.#lookAtSign(slot);
    if (accepts !== undefined && !accepts(store.clientOf(slot))) return;
    const client = store.clientOf(slot).toString('latin1');
    // A subscriber that came from elsewhere may have any client; a new one has none.
    const isKnown = this.#inside.delete(client) || this.#had !== undefined;
    const isAnywhere = area === undefined && geofences === undefined;
    if (store.isRemoval(slot)) {
      // While pages come it may have been on one.
      if (isKnown || (isAnywhere && (this.#isReady || this.#isPaged))) this.#push(slot);
    } else if (isAnywhere) this.#push(slot);
    else if (this.#isWithin(slot)) {
      this.#inside.add(client);
      this.#push(slot);
    } else if (isKnown) this.#events.push({ kind: 'left', client: store.clientOf(slot) });
  }

  /** Who is not where the subscriber looks, or has not said where it is, is not seen there. */
  #lookAtSign(slot: number): void {
    const { store } = this.#owner;
    const { accepts, area, geofences, wantsSeen } = this.#filter;
    if (wantsSeen !== true || store.isRemoval(slot)) return;
    const client = store.signs.clientOf(slot);
    if (accepts?.(client) === false) return;
    const located = store.find(client);
    const isAnywhere = area === undefined && geofences === undefined;
    if (isAnywhere || (located !== NO_SLOT && this.#isWithin(located))) this.#push(slot);
  }

  /** Whether the client of a slot is in the area and in one of the geofences of the filter. */
  #isWithin(slot: number): boolean {
    const { store } = this.#owner;
    const { area, geofences } = this.#filter;
    if (area?.(store.latitudeE7(slot), store.longitudeE7(slot)) === false) return false;
    return geofences === undefined || this.#owner.isInAny(slot, geofences);
  }

  #matches({ client, geofence, latitudeE7, longitudeE7 }: Transition): boolean {
    const { clients, accepts, area, geofences, hidesGeofences } = this.#filter;
    if (hidesGeofences === true || geofences?.has(geofence) === false) return false;
    if (clients?.some((other) => other.equals(client)) === false) return false;
    if (accepts?.(client) === false) return false;
    // With the fix that leaves the geofence, it may have left the area as well.
    return area?.(latitudeE7, longitudeE7) !== false || this.#inside.has(client.toString('latin1'));
  }

  #push(slot: number): void {
    this.#events.push(this.#owner.eventOf(slot, this.#filter.hidesGeofences !== true));
  }

  #flush(): void {
    if (this.#events.length === 0) return;
    const batch = new LiveBatch(this.#events);
    this.#events = [];
    this.#send(batch);
  }

  #send(batch: LiveBatch): void {
    this.#owner.counts.events += batch.events.length;
    if (!this.#sink.send(batch)) this.#isBlocked = true;
  }
}
