import type { LiveEvent } from '../../service/live/events.ts';
import { dataOf } from './event-data.ts';

/*
 * Server-sent events, as the HTML standard has them: https://html.spec.whatwg.org/multipage/server-sent-events.html
 */

/** A comment that keeps proxies from considering a silent stream dead. */
export const SSE_HEARTBEAT = Buffer.from(':\n\n');

/** Events as server-sent events. */
export function encodeSse(events: readonly LiveEvent[]): Buffer[] {
  // JSON has no line ends, so that the data is one line.
  const texts = events.map((event) => `event: ${event.kind}\ndata: ${dataOf(event)}\n\n`);
  return [Buffer.from(texts.join(''))];
}

/**
 * The cursor of a subscriber that has all events so far. It has no data, so a browser tells the page nothing; it
 * keeps the ID, and sends it as `Last-Event-ID` when it connects again.
 */
export function encodeSseCursor(cursor: string): Buffer {
  return Buffer.from(`id: ${cursor}\n\n`);
}

/** How long a browser waits before it connects again, in milliseconds. */
export function encodeSseRetry(milliseconds: number): Buffer {
  return Buffer.from(`retry: ${milliseconds}\n\n`);
}
