import type { Location } from '../../store/location.ts';
import type { LocationStore } from '../../store/store.ts';
import type { GeofenceRegistry } from './geofence-registry.ts';
import type { GeofenceTracker, TrackedStore } from './geofence-tracker.ts';

/** What tracking needs of its server. */
export interface GeofenceTrackingParts {
  readonly store: TrackedStore & Pick<LocationStore, 'slotOf'>;
  readonly registry: Pick<GeofenceRegistry, 'known' | 'watch'>;
  /** Whether the journal may still bring locations. */
  readonly isReplaying: () => boolean;
  /** Asks for a tick, soon. */
  readonly wake: () => void;
}

/** What keeps track of who is in geofences needs beyond what its server has. */
export interface TrackingSurroundings {
  /** The time, in milliseconds since the POSIX epoch. */
  readonly nowMs: () => number;
  /** Told when more clients are in geofences than there is room for. */
  readonly onGeofencesFull: () => void;
}

/** Who is in geofences, from when somebody first asks on: what that stands on is loaded then. */
export class GeofenceTracking {
  readonly #parts: GeofenceTrackingParts;
  #tracker: GeofenceTracker | undefined;
  #starting: Promise<GeofenceTracker> | undefined;

  constructor(parts: GeofenceTrackingParts) {
    this.#parts = parts;
  }

  /** Keeps track from the first call on; further ones give the same tracker. */
  start(surroundings: TrackingSurroundings): Promise<GeofenceTracker> {
    this.#starting ??= this.#create(surroundings);
    return this.#starting;
  }

  /** Goes on taking what the journal kept. To be called once a tick. */
  work(): void {
    this.#tracker?.work();
  }

  /** Whether it knows who is in geofences: some ticks after it was started and the journal was read. */
  get isReady(): boolean {
    return this.#tracker?.isReady === true;
  }

  /** The names of the geofences that a client is in, as far as that is known. */
  namesOf({ client }: Pick<Location, 'client'>): readonly string[] {
    const slot = this.#parts.store.slotOf(Buffer.from(client, 'latin1'));
    return this.#tracker?.namesOf(slot) ?? [];
  }

  async #create({ nowMs, onGeofencesFull }: TrackingSurroundings): Promise<GeofenceTracker> {
    const { GeofenceTracker, MAX_PRESENCES } = await import('./geofence-tracker.ts');
    const { registry, ...parts } = this.#parts;
    const tracker = new GeofenceTracker({
      ...parts,
      nowMs,
      maxPresences: MAX_PRESENCES,
      onFull: onGeofencesFull,
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
