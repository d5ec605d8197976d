import type { DurationCounts } from '../counts/duration-histogram.ts';
import type { JournalStatus } from '../journal/journal-counts.ts';
import type { BudgetStatus, PlacesCounts } from '../places/places-counts.ts';
import type { ClusterCounts } from '../replication/cluster-counts.ts';
import type { LinkStatus } from '../replication/link-counts.ts';
import type { Lag } from '../replication/lag.ts';
import type { HookCounts } from './hook-counts.ts';
import type { LocationLimits } from './location-service.ts';
import type { ReportCounts } from './report-outcome.ts';
import type { SignOutcome } from './signs-of-life.ts';

/** How many replies said what. */
export interface ReplyCounts {
  /** What was asked for was done. */
  readonly ok: number;
  /** It was nothing that can be done, or that the client may do. */
  readonly refused: number;
  /** It would have been, and the server could not do it: it is full, or its disk is. */
  readonly failed: number;
}

/** The connections of a front end. */
interface ConnectionCounts {
  readonly open: number;
  /** How many were opened in all. */
  readonly opened: number;
  /** How many were refused, by the name of the limit that they would have exceeded. */
  readonly refused: Readonly<Record<string, number>>;
}

/** What a server has counted since it began, and what it has now: plain numbers, kept where things happen. */
export interface ServerCounts {
  /** Reports over the text protocol, by what became of them. */
  readonly textReports: Readonly<ReportCounts>;
  readonly textReplies: ReplyCounts;
  readonly textConnections: ConnectionCounts;
  /** Reports in plain values, as they come over HTTP. */
  readonly plainReports: Readonly<ReportCounts>;
  readonly removals: Readonly<ReportCounts>;
  /** Signs of life that this server received, by what became of them. */
  readonly signs: Readonly<Record<SignOutcome, number>>;
  /** Questions for places, by any front end. */
  readonly placesAsked: number;
  /** How many clients are known and not removed. */
  readonly clients: number;
  readonly tombstones: number;
  /** How many clients' signs of life are known. */
  readonly signsKnown: number;
  /** What the locations take of memory, in bytes. */
  readonly locationsBytes: number;
  readonly limits: LocationLimits;
  readonly ticks: DurationCounts;
  readonly links: readonly LinkStatus[];
  readonly lag: Lag;
  /** `undefined` if the herd uses no NATS cluster. */
  readonly cluster: ClusterCounts | undefined;
  /** `undefined` where there is no journal. */
  readonly journal: JournalStatus | undefined;
  readonly hooks: readonly HookCounts[];
  readonly places: {
    readonly answers: Readonly<PlacesCounts['answers']>;
    readonly shared: number;
    readonly calls: Readonly<PlacesCounts['calls']>;
    readonly callDurations: DurationCounts;
    /** `undefined` where there is no limit. */
    readonly budget: BudgetStatus | undefined;
  };
}
