import { noReports, type ReportCounts } from '../service/report-outcome.ts';
import type { ExceededLimit } from './connection-counts.ts';

/** How many commands were answered in which way. */
export interface CommandCounts {
  /** By what became of them. Those that wait for the commit gate do not count yet. */
  readonly reports: ReportCounts;
  /** Questions that were answered with a location and the places near it. */
  located: number;
  /** `AUTH` with a token that was accepted. */
  authenticated: number;
  /** Commands that were answered with `? `, but for the reports that are counted above. */
  invalid: number;
}

/** What the text front end has counted since it began. */
export interface TextCounts extends CommandCounts {
  /** The connections that are open now. */
  readonly open: number;
  /** How many were opened. */
  readonly opened: number;
  /** How many were refused, by the limit that they would have exceeded. */
  readonly refused: Readonly<Record<ExceededLimit, number>>;
}

/** No command yet. */
export function noCommands(): CommandCounts {
  return { reports: noReports(), located: 0, authenticated: 0, invalid: 0 };
}
