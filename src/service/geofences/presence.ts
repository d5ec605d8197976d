import type { Relation } from './fence-area.ts';

/**
 * A client that is in a geofence: it has entered, or is yet to be inside for long enough. One that is outside has
 * none.
 */
export type Presence =
  | { readonly kind: 'inside' }
  /** The time of the first fix inside, in seconds since the POSIX epoch. */
  | { readonly kind: 'arriving'; readonly sinceS: number };

export const INSIDE: Presence = { kind: 'inside' };

/**
 * The presence after a fix. The client has entered when it becomes `inside`, and left when it was.
 *
 * A fix that is unclear changes nothing. The dwell goes by the times of fixes: a client has entered with the first one
 * inside that is so much later than the one with which it came, and nothing clearly outside between them. It leaves with
 * the first fix outside.
 *
 * @param timeS of the fix; those of a client rise
 */
export function nextPresence(
  before: Presence | undefined,
  relation: Relation,
  timeS: number,
  minimumDwellS: number,
): Presence | undefined {
  if (relation === 'unclear') return before;
  if (relation === 'outside') return undefined;
  if (before?.kind === 'inside') return before;
  const sinceS = before?.sinceS ?? timeS;
  if (timeS - sinceS >= minimumDwellS) return INSIDE;
  return before ?? { kind: 'arriving', sinceS };
}
