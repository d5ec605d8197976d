import { coversClient, parsePattern, type ClientPattern } from '../../access/client-pattern.ts';
import type { GeofenceTracker } from '../../service/geofences/geofence-tracker.ts';
import type { Transition } from '../../service/geofences/transition.ts';
import type { LocationService } from '../../service/location-service.ts';
import type { OwnChange, OwnChanges } from '../../service/own-changes.ts';
import { EventQueue } from './event-queue.ts';
import { withoutRemoved, type HookEvent } from './hook-event.ts';
import type { HookEventKind, HookOptions } from './options.ts';

/** The most transitions that wait: an hour of a busy geofence, some hundred kB. */
const MAX_QUEUED = 1_000;
/** The most changes that are looked at at a time, of other servers and clients among them: a millisecond of work. */
const MAX_CHANGES = 5_000;

/** All transitions that this server notices. */
export type Transitions = Pick<GeofenceTracker['transitions'], 'head' | 'after'>;

/** What the inbox needs of the service. */
type InboxService = Pick<
  LocationService,
  'ownChanges' | 'isOwnTransition' | 'geofenceTracking' | 'locations' | 'signs'
>;

/**
 * What waits to be sent by a hook: transitions in a bounded queue, each; locations and removals as a place in the
 * change feed, so that of each client the last one is sent.
 */
export class HookInbox {
  readonly #service: InboxService;
  readonly #queue: EventQueue<HookEvent>;
  readonly #changes: OwnChanges;
  readonly #transitions: Transitions;
  readonly #onDropped: (events: number) => void;
  /** The number of the last transition that was looked at. */
  #transition: number;
  #events: ReadonlySet<HookEventKind>;
  #clients: readonly ClientPattern[];

  /**
   * @param from whether what was accepted before this moment counts as well
   * @param onDropped told of events for which there is no room
   */
  constructor(
    service: InboxService,
    transitions: Transitions,
    options: HookOptions,
    from: 'start' | 'now',
    onDropped: (events: number) => void,
  ) {
    this.#service = service;
    this.#transitions = transitions;
    this.#transition = from === 'start' ? 0 : transitions.head;
    this.#onDropped = onDropped;
    this.#queue = new EventQueue(MAX_QUEUED, () => onDropped(1));
    this.#changes = service.ownChanges(from);
    this.#events = new Set(options.events);
    this.#clients = patternsOf(options);
  }

  /** Takes other events and clients, for what comes from now on. */
  change(options: HookOptions): void {
    this.#events = new Set(options.events);
    this.#clients = patternsOf(options);
  }

  /** Whether there may be something to take. */
  get isEmpty(): boolean {
    return this.#queue.length === 0 && this.#changes.isAtEnd;
  }

  /** How many transitions wait. */
  get queued(): number {
    return this.#queue.length;
  }

  /** Accepts the transitions that this server has to report and the hook selects. */
  collect(): void {
    const { head } = this.#transitions;
    if (this.#transition === head) return;
    const transitions = this.#transitions.after(this.#transition);
    if (transitions !== undefined) for (const transition of transitions) this.#add(transition);
    else if (this.#events.has('enter') || this.#events.has('leave')) {
      this.#onDropped(head - this.#transition); // nobody knows any more whose they were
    }
    this.#transition = head;
  }

  /** Takes out what is next, so many events at most; there may be more where there are none. */
  take(most: number): readonly HookEvent[] {
    this.collect();
    const events = [...this.#queue.take(most)];
    let looked = 0;
    while (events.length < most && looked < MAX_CHANGES && !this.#changes.isAtEnd) {
      // So few that all of them fit.
      const count = most - events.length;
      looked += count;
      for (const change of this.#changes.read(count)) events.push(...this.#eventsOf(change));
    }
    return withoutRemoved(events, (client) => this.#service.locations.isKnown(client));
  }

  close(): void {
    this.#changes.close();
  }

  #add(transition: Transition): void {
    const { kind, client } = transition;
    if (!this.#wants(kind, client.toString('latin1'))) return;
    if (this.#service.isOwnTransition(transition)) this.#queue.add({ kind, transition });
  }

  #eventsOf(change: OwnChange): readonly HookEvent[] {
    if (change.kind !== 'location') {
      return this.#wants(change.kind, change.client) ? [change] : [];
    }
    const { location } = change;
    if (!this.#wants('location', location.client)) return [];
    const geofences = this.#service.geofenceTracking.namesOf(location);
    const lastSeen = this.#service.signs.lastSeen(location);
    return [{ kind: 'location', location, geofences, lastSeen }];
  }

  #wants(kind: HookEventKind, client: string): boolean {
    return this.#events.has(kind) && this.#clients.some((each) => coversClient(each, client));
  }
}

function patternsOf({ clients }: HookOptions): readonly ClientPattern[] {
  return clients.flatMap((text) => parsePattern(text) ?? []);
}
