import type { Location } from '../../store/location.ts';
import { NO_SLOT } from '../../store/slot-index.ts';
import type { LocationStore } from '../../store/store.ts';
import type { GeofenceRegistry } from './geofence-registry.ts';
import type { GeofenceTracker, TrackedStore } from './geofence-tracker.ts';

/** What tracking needs of its server. */
export interface GeofenceTrackingParts {
  readonly store: TrackedStore & Pick<LocationStore, 'slotOf'>;
  readonly registry: Pick<GeofenceRegistry, 'known' | 'watch'>;
  /** Whether the journal may still bring locations. */
  readonly isReplaying: () => boolean;
  /** The time, in milliseconds since the POSIX epoch. */
  readonly nowMs: () => number;
  /** Asks for a tick, soon. */
  readonly wake: () => void;
  /** Whether all fixes come of the client of a slot, wherever it reports. */
  readonly isFollowed: (slot: number) => boolean;
}

/** Tracks which clients are in geofences, from the first query on; its modules are loaded then. */
export class GeofenceTracking {
  readonly #parts: GeofenceTrackingParts;
  #tracker: GeofenceTracker | undefined;
  #starting: Promise<GeofenceTracker> | undefined;

  constructor(parts: GeofenceTrackingParts) {
    this.#parts = parts;
  }

  /**
   * Keeps track from the first call on; further ones give the same tracker.
   *
   * @param onFull called when more clients are in geofences than there is room for, once until there is again
   */
  start(onFull: () => void): Promise<GeofenceTracker> {
    this.#starting ??= this.#create(onFull);
    return this.#starting;
  }

  /** Goes on taking what the journal kept. To be called once a tick. */
  work(): void {
    this.#tracker?.work();
  }

  /** Whether it knows which clients are in geofences: some ticks after its start and the replay of the journal. */
  get isReady(): boolean {
    return this.#tracker?.isReady === true;
  }

  /** Whether it knows the client of a slot to be in a geofence, or to be about to enter one. */
  isTracked(slot: number): boolean {
    return this.#tracker?.isTracked(slot) === true;
  }

  /** The names of the geofences that a client is in, as far as that is known. */
  namesOf({ client, position }: Pick<Location, 'client' | 'position'>): readonly string[] {
    const slot = this.#parts.store.slotOf(Buffer.from(client, 'latin1'));
    if (this.#tracker === undefined) return [];
    if (slot !== NO_SLOT) return this.#tracker.namesOf(slot);
    // Of a client that another server holds it is known where it is.
    return this.#tracker.followsAll ? [] : this.#tracker.namesAt(position);
  }

  async #create(onFull: () => void): Promise<GeofenceTracker> {
    const { GeofenceTracker, MAX_PRESENCES } = await import('./geofence-tracker.ts');
    const { registry, ...parts } = this.#parts;
    const tracker = new GeofenceTracker({
      ...parts,
      maxPresences: MAX_PRESENCES,
      onFull,
    });
    for (const fence of registry.known.values()) tracker.put(fence);
    registry.watch((name, fence) => {
      if (fence === undefined) tracker.remove(name);
      else tracker.put(fence);
    });
    tracker.work(); // mostly that is all
    this.#tracker = tracker;
    return tracker;
  }
}
