import { only, type Metric } from './metric.ts';

/** The journal; a server without one has none of these. */
export const JOURNAL_METRICS: readonly Metric[] = [
  {
    name: 'proxy_herd_journal_replaying',
    type: 'gauge',
    help: 'Whether there is something on disk that is not in memory yet.',
    labels: [],
    read: ({ counts: { journal } }) => only(journal && Number(journal.isReplaying)),
  },
  {
    name: 'proxy_herd_journal_failing',
    type: 'gauge',
    help: 'Whether the last write failed: what came since is in memory alone.',
    labels: [],
    read: ({ counts: { journal } }) => only(journal && Number(journal.isFailing)),
  },
  {
    name: 'proxy_herd_journal_pending_changes',
    type: 'gauge',
    help: 'Changes that are not on disk yet.',
    labels: [],
    read: ({ counts: { journal } }) => only(journal?.pendingChanges),
  },
  {
    name: 'proxy_herd_journal_write_duration_seconds',
    type: 'histogram',
    help: 'How long writes took, each with its fsync.',
    labels: [],
    read: ({ counts: { journal } }) => only(journal?.writes),
  },
  {
    name: 'proxy_herd_journal_delay_seconds',
    type: 'histogram',
    help: 'How old the oldest change of each write was when it was on disk.',
    labels: [],
    read: ({ counts: { journal } }) => only(journal?.delays),
  },
  {
    name: 'proxy_herd_journal_write_failures_total',
    type: 'counter',
    help: 'Writes that failed. Each is tried again.',
    labels: [],
    read: ({ counts: { journal } }) => only(journal?.failures),
  },
  {
    name: 'proxy_herd_journal_written_bytes_total',
    type: 'counter',
    help: 'Bytes that were written to the log; snapshots do not count.',
    labels: [],
    read: ({ counts: { journal } }) => only(journal?.writtenBytes),
  },
  {
    name: 'proxy_herd_journal_size_bytes',
    type: 'gauge',
    help: 'What the last snapshot and the logs since take on disk.',
    labels: [],
    read: ({ counts: { journal } }) => only(journal?.sizeBytes),
  },
  {
    name: 'proxy_herd_journal_snapshots_total',
    type: 'counter',
    help: 'Snapshots that were written.',
    labels: [],
    read: ({ counts: { journal } }) => only(journal?.snapshots),
  },
];
