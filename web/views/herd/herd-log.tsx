import type { JSX } from 'preact';

import { formatDuration, formatTime, formatTimeOfDay } from '../../state/format.ts';
import type { LogEntry } from '../../state/herd-log.ts';

/** What became of servers and links, the newest first. */
export function HerdLog({ log }: { readonly log: readonly LogEntry[] }): JSX.Element {
  return (
    <section class="card herd-log" aria-labelledby="herd-log-title">
      <h2 id="herd-log-title">Drops and returns</h2>
      <ol class="herd-log-list" tabIndex={0} aria-labelledby="herd-log-title">
        {log.map((entry) => (
          <li key={`${entry.atMs} ${entry.subject} ${entry.kind}`}>
            <span class={`dot ${KIND_DOTS[entry.kind]}`} />
            <span>
              <b>{entry.subject}</b> {wordsOf(entry)}
            </span>
            <time
              class="quiet"
              dateTime={new Date(entry.atMs).toISOString()}
              title={formatTime(entry.atMs)}
            >
              {formatTimeOfDay(entry.atMs)}
            </time>
          </li>
        ))}
      </ol>
    </section>
  );
}

const KIND_DOTS: Readonly<Record<LogEntry['kind'], string>> = {
  started: '',
  gone: 'bad',
  back: 'good',
  'link up': 'good',
  'link down': 'bad',
};

function wordsOf({ kind, afterMs }: LogEntry): string {
  const after = afterMs === undefined ? undefined : formatDuration(afterMs / 1000);
  switch (kind) {
    case 'started':
      return 'started';
    case 'gone':
      return 'cannot be reached';
    case 'back':
      return after === undefined ? 'is back' : `is back, was gone ${after}`;
    case 'link up':
      return after === undefined ? 'is up' : `is up, was down ${after}`;
    case 'link down':
      return after === undefined ? 'is down' : `is down, was up ${after}`;
  }
}
