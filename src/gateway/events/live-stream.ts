import type { LiveSink } from '../../service/live/events.ts';
import type { LiveSubscription } from '../../service/live/subscription.ts';

/** A stream of live updates to one subscriber. */
export interface LiveStream extends LiveSink {
  /** Has what is sent come from a subscription, which ends with this stream. */
  attach(subscription: Pick<LiveSubscription, 'resume' | 'close'>): void;
  /** Says that it is there, unless something waits to be read, which says that as well. */
  heartbeat(): void;
  /** Ends it in good order: the subscriber connects again. */
  finish(): void;
}
