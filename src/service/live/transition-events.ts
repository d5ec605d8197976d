import type { GeofenceTracker } from '../geofences/geofence-tracker.ts';
import { NO_SLOT } from '../../store/slot-index.ts';
import type { Transition } from '../geofences/transition.ts';
import { CursorFilter, type LiveCursor } from './cursor.ts';
import { LiveBatch, type LiveEvent } from './events.ts';
import type { LiveStore } from './live-store.ts';

/** What live updates need to know of geofences. */
export type LiveGeofences = Pick<
  GeofenceTracker,
  'transitions' | 'isInAny' | 'namesAt' | 'hasGeofences' | 'unfollowed' | 'followsAll'
>;

/** What subscribers are told of a transition. */
export interface ToldTransition {
  readonly transition: Transition;
  readonly event: LiveEvent;
}

/** Makes events of transitions, once in a flush for all subscribers. */
export class TransitionEvents {
  readonly #log: LiveGeofences['transitions'];
  readonly #store: LiveStore;
  readonly #encode: (transition: Transition) => string;
  /** By the number after which they come. */
  readonly #told = new Map<number, readonly ToldTransition[] | undefined>();
  readonly #batches = new Map<readonly ToldTransition[], LiveBatch>();

  constructor(
    { transitions }: LiveGeofences,
    store: LiveStore,
    encode: (transition: Transition) => string,
  ) {
    this.#log = transitions;
    this.#store = store;
    this.#encode = encode;
  }

  /** The number of the last. */
  get head(): number {
    return this.#log.head;
  }

  /** Those after the one of a number; `undefined` where they are not all there any more. */
  after(number: number): readonly ToldTransition[] | undefined {
    if (this.#told.has(number)) return this.#told.get(number);
    const told = this.#log.after(number)?.map((transition) => this.#tell(transition));
    this.#told.set(number, told);
    return told;
  }

  /** Those that a subscriber may lack that comes with a cursor; `undefined` where they are not all there. */
  missedBy(cursor: LiveCursor): readonly ToldTransition[] | undefined {
    const filter = new CursorFilter(cursor);
    const { timeMs } = cursor;
    return this.#log
      .missedBy({ timeMs, has: (record) => filter.hasRecord(record) })
      ?.map((transition) => this.#tell(transition));
  }

  /** All of them, for subscribers that want all. */
  batchOf(told: readonly ToldTransition[]): LiveBatch {
    let batch = this.#batches.get(told);
    if (batch === undefined) {
      batch = new LiveBatch(told.map(({ event }) => event));
      this.#batches.set(told, batch);
    }
    return batch;
  }

  /** Ends a flush. */
  clear(): void {
    this.#told.clear();
    this.#batches.clear();
  }

  #tell(transition: Transition): ToldTransition {
    const { kind, client, location } = transition;
    // Of a client that was forgotten since nobody is told any more where it was.
    const store = this.#store;
    // One that has made room is at other servers.
    const isElsewhere = (): boolean => store.slotOf(client) === NO_SLOT;
    const isTold =
      location === undefined ||
      store.has(client) ||
      (isElsewhere() && !store.isPastHorizon(location));
    const body = this.#encode(isTold ? transition : { ...transition, location: undefined });
    return { transition, event: { kind, body } };
  }
}
