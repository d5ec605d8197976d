import type { LiveSink } from '../../service/live/events.ts';
import type { LiveSubscription } from '../../service/live/subscription.ts';

/** Makes a new subscription of a stream. */
export type Subscribe = () => Pick<LiveSubscription, 'resume' | 'close'>;

/** A stream of live updates to one subscriber. */
export interface LiveStream extends LiveSink {
  /** Begins, now or when its reader asks for it: what is sent comes from a subscription, which ends with this stream. */
  begin(subscribe: Subscribe): void;
  /** Says that it is there, unless something waits to be read, which says that as well. */
  heartbeat(): void;
  /** Ends it in good order: the subscriber connects again. */
  finish(): void;
}
