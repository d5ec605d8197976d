import type { EncodeEvents, LiveEvent } from '../../service/live/events.ts';
import { dataOf } from './event-data.ts';

/** What a stream says on a WebSocket, and is told there. */
export interface MessageDialect {
  /** Makes of events the messages that tell of them. */
  readonly encode: EncodeEvents;
  /** Makes a message of a cursor; `undefined` where none is told. */
  readonly encodeCursor: ((id: string) => string) | undefined;
  /** The one message that is taken: all is sent then, and again upon each. `undefined`: it begins by itself, and takes none. */
  readonly request: string | undefined;
}

/*
 * Events as messages of a WebSocket, a JSON object each: what a server-sent event has in its fields.
 *
 *     {"event":"location","data":{"client":"kiwi",…}}
 *     {"event":"cursor","id":"mwyhkiy8~Riley:mwyhki6w:2"}
 */
export const EVENT_MESSAGES: MessageDialect = {
  encode: encodeMessages,
  encodeCursor: (id) => JSON.stringify({ event: 'cursor', id }),
  request: undefined,
};

function encodeMessages(events: readonly LiveEvent[]): Buffer[] {
  return events.map((event) => Buffer.from(`{"event":"${event.kind}","data":${dataOf(event)}}`));
}
