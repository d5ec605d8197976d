import type { Position } from '../../protocol/position.ts';
import type { RecordObserver } from '../../store/record-observer.ts';
import type { RecordView } from '../../store/record.ts';
import type { LocationStore } from '../../store/store.ts';
import type { Fix } from './fence-area.ts';
import { FenceIndex } from './fence-index.ts';
import type { Geofence } from './geofence.ts';
import { INSIDE } from './presence.ts';
import { TrackedFence } from './tracked-fence.ts';
import { MAX_TRANSITIONS, TransitionLog } from './transition-log.ts';
import type { LeaveReason, RecordIdentity, Transition } from './transition.ts';

const E7 = 10_000_000;
/** In the text of attributes, which was checked: to read all of them takes longer than all else that is done here. */
const ACCURACY = /(?:^|;)accuracyM=([^;]*)/;
/**
 * The most pairs of a client and a geofence that it is in, which take about 150 bytes each. Beyond it clients enter
 * no more until others leave.
 */
export const MAX_PRESENCES = 1_000_000;
/** How many slots are looked at in a tick at the beginning: a millisecond or two of work. */
const SLOTS_A_TICK = 5000;

/** What it needs of the store. */
export type TrackedStore = Pick<
  LocationStore,
  | 'observe'
  | 'end'
  | 'hasLocation'
  | 'latitudeE7'
  | 'longitudeE7'
  | 'clientOf'
  | 'locationAt'
  | 'origins'
  | 'originOf'
>;

/** What a tracker is made of. */
export interface GeofenceTrackerParts {
  readonly store: TrackedStore;
  /** Whether the journal may still bring locations. */
  readonly isReplaying: () => boolean;
  /** The time, in milliseconds since the POSIX epoch. */
  readonly nowMs: () => number;
  /** Asks for a tick, soon. */
  readonly wake: () => void;
  /** The most pairs of a client and a geofence that it is in. */
  readonly maxPresences: number;
  /** Told when there is no room for who enters, once until there is again. */
  readonly onFull: () => void;
  /** Whether all fixes come of the client of a slot, wherever it reports. */
  readonly isFollowed: (slot: number) => boolean;
}

/** A client that is in geofences, and where. */
interface TrackedClient {
  latitudeE7: number;
  longitudeE7: number;
  /** Those that were removed may be among them: they have no presence of it. */
  fences: readonly TrackedFence[];
}

/**
 * Tells when clients enter geofences and leave them. Each fix that the store takes in as its client's newest is looked
 * at, in that order, whichever server received it. What the journal kept is taken as it stands: who is in a geofence
 * then has entered, silently. Without geofences a fix costs nothing.
 */
export class GeofenceTracker implements RecordObserver {
  readonly transitions = new TransitionLog();
  /**
   * Whether all fixes come of all clients, and those who are in geofences are here. Otherwise what comes of a client that is not
   * followed is taken as it stands: what it did before is not known.
   */
  followsAll = false;
  readonly #parts: GeofenceTrackerParts;
  readonly #fences = new Map<string, TrackedFence>();
  /** Made when it is asked, after a change. */
  #index: FenceIndex<TrackedFence> | undefined;
  /** Who is in geofences, by slot. */
  readonly #clients = new Map<number, TrackedClient>();
  #presences = 0;
  #isFull = false;
  /** The fixes of slots below it count; those of others are yet to be taken as they stand. */
  #taken = 0;

  constructor(parts: GeofenceTrackerParts) {
    this.#parts = parts;
    parts.wake();
  }

  /** Whether it has taken what the journal kept. */
  get isReady(): boolean {
    return this.#taken === Infinity;
  }

  /** Whether there are any geofences. */
  get hasGeofences(): boolean {
    return this.#fences.size > 0;
  }

  /** The slots of clients that are known to be in geofences, and whose fixes do not all arrive here. */
  get unfollowed(): readonly number[] {
    return [...this.#clients.keys()].filter((slot) => !this.#isFollowed(slot));
  }

  /** Takes a geofence, in the place of one of its name: it counts from each client's next fix on. */
  put(geofence: Geofence): void {
    const before = this.#fences.get(geofence.name);
    if (before === undefined) this.#fences.set(geofence.name, new TrackedFence(geofence));
    else before.change(geofence);
    this.#index = undefined;
    this.#parts.store.observe(this);
  }

  /** Removes a geofence: the clients in it leave. */
  remove(name: string): void {
    const fence = this.#fences.get(name);
    if (fence === undefined) return;
    this.#fences.delete(name);
    this.#index = undefined;
    this.#leaveGone(fence);
    if (this.#fences.size > 0) return;
    this.#clients.clear();
    this.#parts.store.observe(undefined);
  }

  /** The names of the geofences that the client of a slot is in. */
  namesOf(slot: number): readonly string[] {
    const fences = this.#clients.get(slot)?.fences ?? [];
    return fences.filter((fence) => fence.isInside(slot)).map(({ name }) => name);
  }

  /** The names of the geofences in which a position is. */
  namesAt({ latitude, longitude }: Position): readonly string[] {
    return this.#fencesAt(latitude, longitude)
      .filter(({ area }) => area.contains(latitude, longitude))
      .map(({ name }) => name);
  }

  /** Whether the client of a slot is in a geofence, or may enter one by its dwell. */
  isTracked(slot: number): boolean {
    return this.#clients.has(slot);
  }

  /** Whether the client of a slot is in one of some geofences. */
  isInAny(slot: number, names: ReadonlySet<string>): boolean {
    return this.namesOf(slot).some((name) => names.has(name));
  }

  /** Goes on taking what the journal kept. To be called once a tick. */
  work(): void {
    if (this.isReady || this.#parts.isReplaying()) return;
    const { store } = this.#parts;
    const end = this.#fences.size === 0 ? store.end : this.#taken + SLOTS_A_TICK;
    for (; this.#taken < Math.min(end, store.end); this.#taken++) this.#take(this.#taken);
    if (this.#taken < store.end) return this.#parts.wake();
    this.#taken = Infinity;
    if (this.#fences.size > 0) this.transitions.lose(this.#recordsBefore());
  }

  onNewer(slot: number, record: RecordView): void {
    if (slot >= this.#taken) return;
    if (record.isRemoval) {
      if (!this.#isFollowed(slot)) this.#drop(slot);
      return this.#removeClient(slot, identityOf(record));
    }
    const near = this.#fencesAt(record.latitudeE7 / E7, record.longitudeE7 / E7);
    const known = this.#clients.get(slot)?.fences ?? [];
    if (near.length === 0 && known.length === 0) return;
    if (this.#isFollowed(slot)) return this.#look(slot, record, known, near);
    this.#drop(slot);
    this.#take(slot);
  }

  onDropped(slot: number): void {
    this.#leaveAll(slot, 'client-forgotten', undefined);
  }

  onEvicted(slot: number): void {
    this.#drop(slot);
  }

  #isFollowed(slot: number): boolean {
    return this.followsAll || this.#parts.isFollowed(slot);
  }

  /** Knows nothing of the client of a slot any more. */
  #drop(slot: number): void {
    const { fences = [] } = this.#clients.get(slot) ?? {};
    for (const fence of fences) if (fence.presences.delete(slot)) this.#presences -= 1;
    this.#clients.delete(slot);
  }

  /** Has the geofences in which a client is, and those that may have a fix in them, look at that. */
  #look(
    slot: number,
    record: RecordView,
    known: readonly TrackedFence[],
    near: readonly TrackedFence[],
  ): void {
    const fix = fixOf(record);
    const left: TrackedFence[] = [];
    const entered: TrackedFence[] = [];
    const added: TrackedFence[] = [];
    const lookAt = (fence: TrackedFence): void => {
      const done = fence.look(slot, fix);
      if (done !== undefined) (done === 'enter' ? entered : left).push(fence);
    };
    let isSame = true;
    for (const fence of known) {
      if (fence.presences.has(slot)) {
        lookAt(fence);
        if (!fence.presences.has(slot)) this.#presences -= 1;
      }
      if (!fence.presences.has(slot)) isSame = false;
    }
    for (const fence of near) {
      if (fence.presences.has(slot) || !this.#hasRoom()) continue;
      lookAt(fence);
      if (!fence.presences.has(slot)) continue;
      this.#presences += 1;
      added.push(fence);
    }
    const fences =
      isSame && added.length === 0
        ? known
        : [...known.filter(({ presences }) => presences.has(slot)), ...added];
    this.#keep(slot, record, fences);
    if (left.length > 0 || entered.length > 0) this.#tell(slot, record, left, entered);
  }

  #tell(
    slot: number,
    record: RecordView,
    left: readonly TrackedFence[],
    entered: readonly TrackedFence[],
  ): void {
    const { latitudeE7, longitudeE7 } = record;
    const identity = identityOf(record);
    const what = {
      client: this.#parts.store.clientOf(slot),
      location: this.#parts.store.locationAt(slot),
      latitudeE7,
      longitudeE7,
      record: identity,
      origin: identity.origin,
      noticedMs: this.#parts.nowMs(),
    };
    for (const { name: geofence } of left) {
      this.#append({ ...what, kind: 'leave', geofence, reason: 'moved' });
    }
    for (const { name: geofence } of entered) {
      this.#append({ ...what, kind: 'enter', geofence, reason: undefined });
    }
  }

  #keep(
    slot: number,
    { latitudeE7, longitudeE7 }: Pick<TrackedClient, 'latitudeE7' | 'longitudeE7'>,
    fences: readonly TrackedFence[],
  ): void {
    if (this.#presences < this.#parts.maxPresences) this.#isFull = false;
    const client = this.#clients.get(slot);
    if (fences.length === 0) this.#clients.delete(slot);
    else if (client === undefined) this.#clients.set(slot, { latitudeE7, longitudeE7, fences });
    else Object.assign(client, { latitudeE7, longitudeE7, fences });
  }

  #hasRoom(): boolean {
    if (this.#presences < this.#parts.maxPresences) return true;
    if (!this.#isFull) this.#parts.onFull();
    this.#isFull = true;
    return false;
  }

  #removeClient(slot: number, record: RecordIdentity): void {
    this.#leaveAll(slot, 'client-removed', record);
    this.transitions.removeLocations(this.#parts.store.clientOf(slot));
  }

  #leaveAll(slot: number, reason: LeaveReason, record: RecordIdentity | undefined): void {
    const client = this.#clients.get(slot);
    if (client === undefined) return;
    for (const fence of client.fences) {
      if (fence.isInside(slot)) this.#leave(slot, client, fence, reason, record);
      if (fence.presences.delete(slot)) this.#presences -= 1;
    }
    this.#keep(slot, client, []);
  }

  /** All clients inside leave; if they are too many to report, subscribers start over. */
  #leaveGone(fence: TrackedFence): void {
    const { presences } = fence;
    if (presences.size > MAX_TRANSITIONS) this.transitions.overflow(this.#parts.nowMs());
    else {
      for (const slot of presences.keys()) {
        const client = this.#clients.get(slot);
        if (client === undefined || !fence.isInside(slot)) continue;
        this.#leave(slot, client, fence, 'geofence-removed', undefined);
      }
    }
    this.#presences -= presences.size;
    presences.clear();
    this.#parts.wake();
  }

  /** A client leaves a geofence without a fix that shows it. */
  #leave(
    slot: number,
    { latitudeE7, longitudeE7 }: TrackedClient,
    fence: TrackedFence,
    reason: LeaveReason,
    record: RecordIdentity | undefined,
  ): void {
    const { store, nowMs } = this.#parts;
    this.#append({
      kind: 'leave',
      geofence: fence.name,
      client: store.clientOf(slot),
      reason,
      location: undefined,
      latitudeE7,
      longitudeE7,
      record,
      origin: store.origins.name(store.originOf(slot)).toString('latin1'),
      noticedMs: nowMs(),
    });
  }

  #append(transition: Transition): void {
    this.transitions.append(transition);
    this.#parts.wake();
  }

  /** Takes the client of a slot as it stands. */
  #take(slot: number): void {
    const { store } = this.#parts;
    if (this.#fences.size === 0 || !store.hasLocation(slot)) return;
    const [latitudeE7, longitudeE7] = [store.latitudeE7(slot), store.longitudeE7(slot)];
    const [latitude, longitude] = [latitudeE7 / E7, longitudeE7 / E7];
    const fences = this.#fencesAt(latitude, longitude).filter(
      ({ area }) => this.#hasRoom() && area.contains(latitude, longitude),
    );
    for (const fence of fences) fence.presences.set(slot, INSIDE);
    this.#presences += fences.length;
    this.#keep(slot, { latitudeE7, longitudeE7 }, fences);
  }

  #fencesAt(latitude: number, longitude: number): readonly TrackedFence[] {
    this.#index ??= new FenceIndex(this.#fences.values());
    return this.#index.at(latitude, longitude);
  }

  /** The newest records of each origin that are here. */
  *#recordsBefore(): Generator<RecordIdentity> {
    const { origins } = this.#parts.store;
    for (let number = 1; number <= origins.count; number++) {
      const origin = origins.name(number).toString('latin1');
      yield { origin, epoch: origins.epoch(number), sequence: origins.highest(number) };
    }
  }
}

function identityOf({
  bytes,
  serverStart,
  serverEnd,
  epoch,
  sequence,
}: RecordView): RecordIdentity {
  return { origin: bytes.toString('latin1', serverStart, serverEnd), epoch, sequence };
}

function fixOf(record: RecordView): Fix {
  const { seconds, nanoseconds } = record.time;
  return {
    latitude: record.latitudeE7 / E7,
    longitude: record.longitudeE7 / E7,
    accuracyM: accuracyOf(record),
    timeS: seconds + nanoseconds / 1e9,
  };
}

/** How accurate a fix is, in metres; 0 where that is not known: it counts as exact. */
function accuracyOf({ bytes, attributesStart, attributesLength }: RecordView): number {
  if (attributesLength === 0) return 0;
  const text = bytes.toString('latin1', attributesStart, attributesStart + attributesLength);
  const [, accuracy = 0] = ACCURACY.exec(text) ?? [];
  return Number(accuracy);
}
