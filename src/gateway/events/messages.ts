import type { LiveEvent } from '../../service/live/events.ts';
import { dataOf } from './event-data.ts';

/*
 * Events as messages of a WebSocket, a JSON object each: what a server-sent event has in its fields.
 *
 *     {"event":"location","data":{"client":"kiwi",…}}
 *     {"event":"cursor","id":"mwyhkiy8~Riley:mwyhki6w:2"}
 */

/** Each event as a message. */
export function encodeMessages(events: readonly LiveEvent[]): Buffer[] {
  return events.map((event) => Buffer.from(`{"event":"${event.kind}","data":${dataOf(event)}}`));
}

/** The cursor of a subscriber that has all events so far. */
export function encodeMessageCursor(id: string): string {
  return JSON.stringify({ event: 'cursor', id });
}
