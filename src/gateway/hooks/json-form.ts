import type { Instant } from '../../protocol/timestamp.ts';
import { formatClientId } from '../../protocol/client-id.ts';
import { describeLocation } from '../api/location.ts';
import { formatTime } from '../../protocol/time.ts';
import { describeSign } from '../api/sign-of-life.ts';
import { describeTransition } from '../api/transition.ts';
import type { HookEvent } from './hook-event.ts';
import type { Form, FormContext } from './form.ts';

/** The most events of a request: with usual IDs 20 kB, the size that Standard Webhooks recommends at most. */
const MAX_EVENTS = 50;

/**
 * This program's own form: the events of live updates, each as a message of a WebSocket has it.
 *
 *     {"type":"events","timestamp":"2026-05-19T…Z","herd":"…","server":"Riley","data":[{"event":"location","data":{…}}]}
 */
export const JSON_FORM: Form = {
  maxEvents: MAX_EVENTS,
  encode: (events, { herd, server, now }: FormContext) =>
    JSON.stringify({
      type: 'events',
      timestamp: formatTime(now),
      herd,
      server,
      data: events.map((event) => ({ event: event.kind, data: dataOf(event, now) })),
    }),
};

function dataOf(event: HookEvent, now: Instant): unknown {
  switch (event.kind) {
    case 'location':
      return describeLocation(event.location, now, event);
    case 'seen':
      return { client: formatClientId(event.client), ...describeSign(event.sign) };
    case 'removed':
      return { client: formatClientId(event.client) };
    default:
      return describeTransition(event.transition, now);
  }
}
