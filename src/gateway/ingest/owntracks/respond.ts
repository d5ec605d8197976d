import type { AppAnswer } from '../app.ts';

/** OwnTracks: a JSON array, of nobody; Android takes anything else for a failure. */
export function respond(): AppAnswer {
  return { status: 200, type: 'application/json', body: '[]' };
}
