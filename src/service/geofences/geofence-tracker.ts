import { decodeAttributes } from '../../protocol/attributes.ts';
import type { RecordObserver } from '../../store/record-observer.ts';
import type { RecordView } from '../../store/record.ts';
import type { LocationStore } from '../../store/store.ts';
import { relationOf } from './fence-area.ts';
import { FenceIndex } from './fence-index.ts';
import type { Geofence } from './geofence.ts';
import { INSIDE, nextPresence, type Presence } from './presence.ts';
import { TrackedFence } from './tracked-fence.ts';
import { MAX_TRANSITIONS, TransitionLog } from './transition-log.ts';
import type { LeaveReason, RecordIdentity, Transition } from './transition.ts';

const E7 = 10_000_000;
/**
 * The most pairs of a client and a geofence that it is in, which take about 150 bytes each. Beyond it clients enter
 * no more until others leave.
 */
export const MAX_PRESENCES = 1_000_000;
/** How many slots are looked at in a tick at the beginning: a millisecond or two of work. */
const SLOTS_A_TICK = 5000;

/** What it needs of the store. */
type TrackedStore = Pick<
  LocationStore,
  | 'observe'
  | 'end'
  | 'hasLocation'
  | 'latitudeE7'
  | 'longitudeE7'
  | 'clientOf'
  | 'locationAt'
  | 'origins'
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
}

/** A client's presence in a geofence. */
interface FencePresence {
  readonly fence: TrackedFence;
  readonly presence: Presence;
}

/** A client that is in geofences, and where. */
interface TrackedClient {
  latitudeE7: number;
  longitudeE7: number;
  presences: readonly FencePresence[];
}

/**
 * Tells when clients enter geofences and leave them. Each fix that the store takes in as its client's newest is looked
 * at, in that order, whichever server received it. What the journal kept is taken as it stands: who is in a geofence
 * then has entered, silently. Without geofences a fix costs nothing.
 */
export class GeofenceTracker implements RecordObserver {
  readonly transitions = new TransitionLog();
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

  /** Takes a geofence, in the place of one of its name: it counts from each client's next fix on. */
  put(geofence: Geofence): void {
    const before = this.#fences.get(geofence.name);
    if (before === undefined) this.#fences.set(geofence.name, new TrackedFence(geofence));
    else before.change(geofence);
    this.#index = undefined;
    this.#parts.store.observe(this);
  }

  /** Removes a geofence: who is in it leaves. */
  remove(name: string): void {
    const fence = this.#fences.get(name);
    if (fence === undefined) return;
    this.#fences.delete(name);
    this.#index = undefined;
    fence.isGone = true;
    this.#leaveGone(fence);
    if (this.#fences.size > 0) return;
    this.#clients.clear();
    this.#presences = 0;
    this.#parts.store.observe(undefined);
  }

  /** The names of the geofences that the client of a slot is in. */
  namesOf(slot: number): readonly string[] {
    const client = this.#clients.get(slot);
    if (client === undefined) return [];
    const inside = client.presences.filter(({ fence }) => fence.inside.has(slot));
    return inside.map(({ fence }) => fence.name);
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
    if (record.isRemoval) return this.#removeClient(slot, identityOf(record));
    const [latitude, longitude] = [record.latitudeE7 / E7, record.longitudeE7 / E7];
    const near = this.#fencesAt(latitude, longitude);
    const client = this.#clients.get(slot);
    if (near.length === 0 && client === undefined) return;
    this.#evaluate(slot, record, client?.presences ?? [], near);
  }

  onDropped(slot: number): void {
    this.#leaveAll(slot, 'client-forgotten', undefined);
  }

  #evaluate(
    slot: number,
    record: RecordView,
    before: readonly FencePresence[],
    near: readonly TrackedFence[],
  ): void {
    const { latitudeE7, longitudeE7 } = record;
    const [latitude, longitude] = [latitudeE7 / E7, longitudeE7 / E7];
    const timeS = record.time.seconds + record.time.nanoseconds / 1e9;
    const accuracyM = accuracyOf(record);
    const presences: FencePresence[] = [];
    const look = (fence: TrackedFence, presence: Presence | undefined): void => {
      const relation = relationOf(fence.area, latitude, longitude, accuracyM);
      const next = nextPresence(presence, relation, timeS, fence.minimumDwellS);
      if (next !== undefined) presences.push({ fence, presence: next });
    };
    for (const { fence, presence } of before) if (!fence.isGone) look(fence, presence);
    const known = new Set(before.map(({ fence }) => fence));
    for (const fence of near) if (!known.has(fence) && this.#hasRoom()) look(fence, undefined);
    this.#tell(slot, record, before, presences);
    this.#keep(slot, { latitudeE7, longitudeE7, presences }, before.length);
  }

  /** Tells what a fix has changed: first what was left, then what was entered. */
  #tell(
    slot: number,
    record: RecordView,
    before: readonly FencePresence[],
    after: readonly FencePresence[],
  ): void {
    const inside = (presences: readonly FencePresence[]): readonly TrackedFence[] =>
      presences.filter(({ presence }) => presence === INSIDE).map(({ fence }) => fence);
    const isInside = new Set(inside(after));
    const left = inside(before).filter((fence) => !fence.isGone && !isInside.has(fence));
    const entered = inside(after).filter((fence) => !fence.inside.has(slot));
    if (left.length === 0 && entered.length === 0) return;
    const { latitudeE7, longitudeE7 } = record;
    const what = {
      client: this.#parts.store.clientOf(slot),
      location: this.#parts.store.locationAt(slot),
      latitudeE7,
      longitudeE7,
      record: identityOf(record),
      noticedMs: this.#parts.nowMs(),
    };
    for (const fence of left) {
      fence.inside.delete(slot);
      this.#append({ ...what, kind: 'leave', geofence: fence.name, reason: 'moved' });
    }
    for (const fence of entered) {
      fence.inside.add(slot);
      this.#append({ ...what, kind: 'enter', geofence: fence.name, reason: undefined });
    }
  }

  #keep(slot: number, client: TrackedClient, before: number): void {
    this.#presences += client.presences.length - before;
    if (this.#presences < this.#parts.maxPresences) this.#isFull = false;
    if (client.presences.length === 0) this.#clients.delete(slot);
    else this.#clients.set(slot, client);
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
    for (const { fence } of client.presences) {
      if (fence.inside.delete(slot)) this.#leave(slot, client, fence, reason, record);
    }
    this.#keep(slot, { ...client, presences: [] }, client.presences.length);
  }

  /** All who are inside leave; where they are too many to tell of, subscribers begin anew. */
  #leaveGone(fence: TrackedFence): void {
    if (fence.inside.size > MAX_TRANSITIONS) this.transitions.overflow(this.#parts.nowMs());
    else {
      for (const slot of fence.inside) {
        const client = this.#clients.get(slot);
        if (client === undefined) continue;
        this.#leave(slot, client, fence, 'geofence-removed', undefined);
      }
    }
    fence.inside.clear();
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
    const client = this.#parts.store.clientOf(slot);
    const noticedMs = this.#parts.nowMs();
    const where = { latitudeE7, longitudeE7, location: undefined };
    this.#append({
      kind: 'leave',
      geofence: fence.name,
      client,
      reason,
      ...where,
      record,
      noticedMs,
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
    const presences = this.#fencesAt(latitude, longitude)
      .filter(({ area }) => this.#hasRoom() && area.contains(latitude, longitude))
      .map((fence) => ({ fence, presence: INSIDE }));
    for (const { fence } of presences) fence.inside.add(slot);
    this.#keep(slot, { latitudeE7, longitudeE7, presences }, 0);
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

/** How accurate a fix is, in metres; 0 where that is not known: it counts as exact. */
function accuracyOf({ bytes, attributesStart, attributesLength }: RecordView): number {
  if (attributesLength === 0) return 0;
  const text = bytes.toString('latin1', attributesStart, attributesStart + attributesLength);
  return decodeAttributes(text)?.accuracyM ?? 0;
}
