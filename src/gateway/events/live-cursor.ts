import type { LiveCursor } from '../../service/live/cursor.ts';

/*
 * A cursor as text: when it was given out, and the version vector, each number in base 36:
 *
 *     <milliseconds>~<origin>:<epoch>:<sequence>,<origin>:<epoch>:<sequence>,…
 *
 * It has only characters that stand for themselves in a header, a URL and JSON.
 */

/** The most origins in a cursor that is read: more than the epochs of all servers that a herd keeps records of. */
const MAX_ORIGINS = 1000;
const TIME = /^[0-9a-z]{1,10}$/;
const ENTRY = /^([\w.-]{1,64}):([0-9a-z]{1,11}):([0-9a-z]{1,11})$/;

export function formatLiveCursor({ timeMs, vector }: LiveCursor): string {
  const entries = vector.map(
    ({ name, epoch, sequence }) => `${name}:${epoch.toString(36)}:${sequence.toString(36)}`,
  );
  return `${timeMs.toString(36)}~${entries.join(',')}`;
}

/** Reads a cursor; `undefined` where a text is none. */
export function parseLiveCursor(text: string): LiveCursor | undefined {
  const [time = '', list, ...rest] = text.split('~');
  if (list === undefined || rest.length > 0 || !TIME.test(time)) return undefined;
  const entries = list === '' ? [] : list.split(',');
  if (entries.length > MAX_ORIGINS) return undefined;
  const vector = [];
  for (const entry of entries) {
    const [, name, epoch, sequence] = ENTRY.exec(entry) ?? [];
    if (name === undefined || epoch === undefined || sequence === undefined) return undefined;
    const parsed = {
      name,
      epoch: Number.parseInt(epoch, 36),
      sequence: Number.parseInt(sequence, 36),
    };
    if (!Number.isSafeInteger(parsed.epoch) || !Number.isSafeInteger(parsed.sequence))
      return undefined;
    vector.push(parsed);
  }
  return { timeMs: Number.parseInt(time, 36), vector };
}
