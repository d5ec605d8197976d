import type { LiveCursor } from '../../service/live/cursor.ts';
import { formatVector, parseEntries } from '../vector-text.ts';

/*
 * A cursor as text: when it was given out, in base 36, and the version vector.
 *
 *     <milliseconds>~<vector>
 */

/** The most origins in a cursor that is read: more than the epochs of all servers that a herd keeps records of. */
const MAX_ORIGINS = 1000;
const TIME = /^[0-9a-z]{1,10}$/;

export function formatLiveCursor({ timeMs, vector }: LiveCursor): string {
  return `${timeMs.toString(36)}~${formatVector(vector)}`;
}

/** Reads a cursor; `undefined` where a text is none. */
export function parseLiveCursor(text: string): LiveCursor | undefined {
  const [time = '', list, ...rest] = text.split('~');
  if (list === undefined || rest.length > 0 || !TIME.test(time)) return undefined;
  const entries = list === '' ? [] : list.split(',');
  if (entries.length > MAX_ORIGINS) return undefined;
  const vector = parseEntries(entries);
  return vector && { timeMs: Number.parseInt(time, 36), vector };
}
