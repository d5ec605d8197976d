/** Why events were not delivered. */
export type HookDropReason =
  | 'overflow' // too many waited
  | 'refused' // the receiver did not want them
  | 'expired' // it did not take them for an hour
  | 'stopped'; // the server, or the hook, ended first

/** What was counted of a hook since its server began. */
export interface HookCounts {
  readonly name: string;
  /** Requests that were answered with success. */
  deliveries: number;
  /** Events in them. */
  delivered: number;
  /** Attempts that were not the first of their delivery. */
  retries: number;
  /** Events that were given up. */
  readonly dropped: Record<HookDropReason, number>;
  /** Events that wait now: transitions, and what is being delivered. Locations that changed are not counted. */
  waiting: number;
}

/** Nothing yet. */
export function noHookCounts(name: string): HookCounts {
  const dropped = { overflow: 0, refused: 0, expired: 0, stopped: 0 };
  return { name, deliveries: 0, delivered: 0, retries: 0, dropped, waiting: 0 };
}
