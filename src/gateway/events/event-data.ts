import type { LiveEvent } from '../../service/live/events.ts';
import { formatClientId } from '../../protocol/client-id.ts';

/** The data of an event, as JSON on one line. */
export function dataOf(event: LiveEvent): string {
  if ('body' in event) return event.body;
  if ('client' in event) {
    return JSON.stringify({ client: formatClientId(event.client.toString('latin1')) });
  }
  return '{}';
}
