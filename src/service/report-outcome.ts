/** Why a report or a removal was refused. */
type Refusal =
  | 'too many clients' // it is of a new client, and there are as many as there may be
  | 'out of memory'; // it needs more memory than locations may take

/** What becomes of a report: it was accepted, also where it is older than what is known, or refused. */
export type ReportOutcome = 'accepted' | Refusal;

/**
 * What becomes of a report or a removal in the end: `accepted` where what `acknowledge` promises is true;
 * `not acknowledged` where it was taken in, and that cannot be made true, as where the journal's disk is full.
 */
export type SettledOutcome = ReportOutcome | 'not acknowledged';

/** The final outcome of a report. */
export type StoredOutcome = Exclude<SettledOutcome, 'too many clients'>;

/** How many reports had each outcome. */
export type ReportCounts = Record<SettledOutcome, number>;

/** No report yet. */
export function noReports(): ReportCounts {
  return { accepted: 0, 'too many clients': 0, 'out of memory': 0, 'not acknowledged': 0 };
}
