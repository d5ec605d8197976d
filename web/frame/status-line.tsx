import type { JSX } from 'preact';

import { formatRoute } from '../route/route.ts';
import { shareEndsMs } from '../state/access.ts';
import { nowMs } from '../state/clock.ts';
import { formatDuration, formatNumberOf, formatRate, formatTime } from '../state/format.ts';
import type { Server } from '../state/herd-changes.ts';
import { herdState, herdSummary, herd } from '../state/herd.ts';
import { isLive, lastEventMs, liveState } from '../state/live.ts';
import { offlineSinceMs } from '../state/offline.ts';
import { DemoBadge } from './demo-badge.tsx';
import './status-line.css';

/** The herd's heartbeat: its servers, what they do, and whether this page is live. Always true. */
export function StatusLine(): JSX.Element {
  const summary = herdSummary.value;
  const isStale = herdState.value.kind === 'stale';
  const servers = [...(herd.value?.servers ?? [])].sort((a, b) => (a.server < b.server ? -1 : 1));
  return (
    <footer class="status" aria-label="Status">
      <ul class="status-servers" aria-label="Servers">
        {servers.map((server) => (
          <ServerDot key={server.server} server={server} isStale={isStale} />
        ))}
      </ul>
      {summary !== undefined && (
        <p class={isStale ? 'status-numbers stale' : 'status-numbers'}>
          <span>{formatNumberOf(summary.clients, 'client')}</span>
          <span>{formatRate(summary.reports).replace('/s', ' reports/s')}</span>
          <span>{formatLag(summary.lag)}</span>
        </p>
      )}
      <ShareEnd />
      <DemoBadge />
      <Liveness />
    </footer>
  );
}

function ServerDot(props: { readonly server: Server; readonly isStale: boolean }): JSX.Element {
  const { server, state, lastHeardAt } = props.server;
  const isUp = state === 'reachable';
  const heard = lastHeardAt === null ? 'never heard' : `last heard ${lastHeardAt}`;
  return (
    <li>
      <a
        class={isUp && !props.isStale ? 'status-server' : 'status-server gone'}
        href={formatRoute({ view: 'herd', item: server, options: {} })}
        title={`${server}: ${state}, ${heard}`}
      >
        <span class={isUp && !props.isStale ? 'dot good' : 'dot'} />
        {server}
        {!isUp && <span class="hidden-visually"> cannot be reached</span>}
      </a>
    </li>
  );
}

/** The expiry of a share link, for a user who has followed one. */
function ShareEnd(): JSX.Element | null {
  const endsMs = shareEndsMs.value;
  if (endsMs === undefined) return null;
  const isOver = nowMs.value >= endsMs;
  return (
    <p class="status-numbers">
      {isOver ? 'this link is over' : `shared with you until ${formatTime(endsMs)}`}
    </p>
  );
}

/** Whether what is shown is what is now. */
function Liveness(): JSX.Element {
  const state = liveState.value;
  const [kind, text] = (() => {
    switch (state.kind) {
      case 'live':
        return ['good', 'live'];
      case 'connecting':
        return ['', 'connecting'];
      case 'refused':
        return ['bad', `not live: ${state.reason}`];
      case 'reconnecting': {
        const sinceMs = offlineSinceMs.value;
        if (sinceMs === undefined) return ['good', 'live'];
        const ago = formatDuration((nowMs.value - sinceMs) / 1000);
        return ['warn', `no answer for ${ago}, trying again`];
      }
    }
  })();
  const title =
    isLive.value && lastEventMs.value > 0
      ? `last news ${formatDuration((nowMs.value - lastEventMs.value) / 1000)} ago`
      : undefined;
  return (
    <p class="status-live" role="status" title={title}>
      <span class={`dot ${kind}`} />
      {text}
    </p>
  );
}

function formatLag({ reports, seconds }: { reports: number; seconds: number }): string {
  if (reports === 0) return 'no lag';
  return `lag ${formatNumberOf(reports, 'report')}, ${formatDuration(seconds)}`;
}
