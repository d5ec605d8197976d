import type { JournalStatus } from '../journal/journal-counts.ts';
import type { ReplaceableSearch } from '../places/replaceable-search.ts';
import type { Replicator } from '../replication/replicator.ts';
import type { HookCounts } from '../service/hook-counts.ts';
import type { LocationLimits, LocationService } from '../service/location-service.ts';
import type { ReplyCounts, ServerCounts } from '../service/server-counts.ts';
import type { LocationStore } from '../store/store.ts';
import type { TextCounts } from '../text/text-counts.ts';
import type { Tick } from './tick.ts';

/** Where a server counts. */
export interface Counting {
  readonly limits: LocationLimits;
  readonly store: Pick<LocationStore, 'size' | 'tombstones' | 'sizeBytes' | 'signs'>;
  readonly service: Pick<LocationService, 'plainReports' | 'removals' | 'signs' | 'places'>;
  readonly text: { readonly counts: TextCounts };
  readonly tick: Pick<Tick, 'durations'>;
  readonly journal: { readonly status: JournalStatus | undefined } | undefined;
  readonly search: Pick<ReplaceableSearch, 'counts' | 'budget'>;
  readonly hooks: { readonly counts: readonly HookCounts[] };
  readonly replicator: Pick<Replicator, 'links' | 'cluster' | 'lag'>;
}

/** What a server has counted up to now. The parts count as they go, this only gathers it. */
export function collectCounts(counting: Counting): ServerCounts {
  const { limits, store, service, tick, replicator, journal, search, hooks } = counting;
  const { counts: text } = counting.text;
  return {
    textReports: text.reports,
    textReplies: repliesOf(text),
    textConnections: { open: text.open, opened: text.opened, refused: text.refused },
    plainReports: service.plainReports,
    removals: service.removals,
    signs: service.signs.counts,
    placesAsked: service.places.asked,
    clients: store.size,
    tombstones: store.tombstones,
    signsKnown: store.signs.count,
    locationsBytes: store.sizeBytes,
    limits,
    ticks: tick.durations.snapshot(),
    links: replicator.links,
    lag: replicator.lag(),
    cluster: replicator.cluster,
    journal: journal?.status,
    hooks: hooks.counts,
    places: {
      answers: search.counts.answers,
      shared: search.counts.shared,
      calls: search.counts.calls,
      callDurations: search.counts.callDurations.snapshot(),
      budget: search.budget,
    },
  };
}

function repliesOf({ reports, located, authenticated, invalid }: TextCounts): ReplyCounts {
  const { accepted, ...others } = reports;
  const failed = Object.values(others).reduce((sum, count) => sum + count, 0);
  return { ok: accepted + located + authenticated, refused: invalid, failed };
}
