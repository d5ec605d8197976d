import type { AppAnswer, AppRequest } from '../app.ts';
import { fieldsOf } from '../values.ts';

/** The number of every track: the herd keeps where phones are, not where they were. */
const TRACK_ID = 1;

/** μlogger: `{"error":false}`, and the number of a track that it has begun. */
export function respond({ query, body }: AppRequest): AppAnswer {
  const isTrack = fieldsOf(query, body).get('action') === 'addtrack';
  const answer = isTrack ? { error: false, trackid: TRACK_ID } : { error: false };
  return { status: 200, type: 'application/json', body: JSON.stringify(answer) };
}
