import type { LiveCursor } from './cursor.ts';

/** What a subscriber is told. */
export type LiveEvent =
  /** Where a client is now; `body` is that as the front end encodes it. */
  | { readonly kind: 'location'; readonly body: string }
  /** A client was seen, and did not say where it is; `body` is its sign of life as the front end encodes it. */
  | { readonly kind: 'seen'; readonly body: string }
  /** A client has entered or left a geofence; `body` is the transition as the front end encodes it. */
  | { readonly kind: 'enter' | 'leave'; readonly body: string }
  /** A client is not in the subscriber's area any more, or is not known any more; the bytes of its ID. */
  | { readonly kind: 'left' | 'removed'; readonly client: Buffer }
  /** What the subscriber has does not count any more: all that matches its filter follows. */
  | { readonly kind: 'reset' }
  /** The initial state is complete; changes follow. */
  | { readonly kind: 'ready' };

/** Makes of events what goes out: one piece or more. */
export type EncodeEvents = (events: readonly LiveEvent[]) => readonly Buffer[];

/** Events that are sent together. Subscribers with the same filter share a batch, which is encoded once. */
export class LiveBatch {
  readonly events: readonly LiveEvent[];
  readonly #encoded = new Map<EncodeEvents, readonly Buffer[]>();

  constructor(events: readonly LiveEvent[]) {
    this.events = events;
  }

  /** The events as `encode` makes bytes of them. They are shared: nobody may change them. */
  encode(encode: EncodeEvents): readonly Buffer[] {
    let pieces = this.#encoded.get(encode);
    if (pieces === undefined) {
      pieces = encode(this.events);
      this.#encoded.set(encode, pieces);
    }
    return pieces;
  }
}

/** Where the events of a subscriber go. */
export interface LiveSink {
  /**
   * Takes events.
   *
   * @returns whether more can be sent at once; where not, `LiveSubscription.resume` says when it can again
   */
  send(batch: LiveBatch): boolean;
  /** Takes the cursor from which the subscriber, which has all events before, can go on. */
  mark(cursor: LiveCursor): void;
}
