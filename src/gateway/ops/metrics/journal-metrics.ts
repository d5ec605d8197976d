import { only, type Metric } from './metric.ts';

/** The journal; a server without one has none of these. */
export const JOURNAL_METRICS: readonly Metric[] = [
  {
    name: 'proxy_herd_journal_replaying',
    type: 'gauge',
    help: 'Whether the journal is still being replayed.',
    labels: [],
    read: ({ counts: { journal } }) => only(journal && Number(journal.isReplaying)),
  },
  {
    name: 'proxy_herd_journal_failing',
    type: 'gauge',
    help: 'Whether the last write failed; later changes are only in memory.',
    labels: [],
    read: ({ counts: { journal } }) => only(journal && Number(journal.isFailing)),
  },
  {
    name: 'proxy_herd_journal_pending_changes',
    type: 'gauge',
    help: 'Changes not yet on disk.',
    labels: [],
    read: ({ counts: { journal } }) => only(journal?.pendingChanges),
  },
  {
    name: 'proxy_herd_journal_write_duration_seconds',
    type: 'histogram',
    help: 'Duration of writes, including fsync.',
    labels: [],
    read: ({ counts: { journal } }) => only(journal?.writes),
  },
  {
    name: 'proxy_herd_journal_delay_seconds',
    type: 'histogram',
    help: 'Age of the oldest change of each write when it reached the disk.',
    labels: [],
    read: ({ counts: { journal } }) => only(journal?.delays),
  },
  {
    name: 'proxy_herd_journal_write_failures_total',
    type: 'counter',
    help: 'Failed writes. Each is retried.',
    labels: [],
    read: ({ counts: { journal } }) => only(journal?.failures),
  },
  {
    name: 'proxy_herd_journal_written_bytes_total',
    type: 'counter',
    help: 'Bytes written to the log, without snapshots.',
    labels: [],
    read: ({ counts: { journal } }) => only(journal?.writtenBytes),
  },
  {
    name: 'proxy_herd_journal_size_bytes',
    type: 'gauge',
    help: 'Size on disk of the last snapshot and the logs since.',
    labels: [],
    read: ({ counts: { journal } }) => only(journal?.sizeBytes),
  },
  {
    name: 'proxy_herd_journal_snapshots_total',
    type: 'counter',
    help: 'Snapshots written.',
    labels: [],
    read: ({ counts: { journal } }) => only(journal?.snapshots),
  },
];
