import type { LiveEvent } from '../../service/live/events.ts';
import type { MessageDialect } from '../events/messages.ts';
import { recordedOfLive } from './location.ts';

/** The WebSocket of OwnTracks' recorder: the page says `LAST`, and gets a message of each location. */
export const RECORDER_MESSAGES: MessageDialect = {
  encode: encodeLocations,
  encodeCursor: undefined,
  request: 'LAST',
};

/** Of locations alone: the recorder tells of nothing else. */
function encodeLocations(events: readonly LiveEvent[]): Buffer[] {
  return events.flatMap((event) =>
    event.kind === 'location' ? Buffer.from(JSON.stringify(recordedOfLive(event.body))) : [],
  );
}
