import type { JSX } from 'preact';
import type { HerdStatus } from 'proxy-herd/client';

import { Panel } from '../../frame/panel.tsx';
import { navigate } from '../../route/router.ts';
import { nowMs } from '../../state/clock.ts';
import {
  formatAgo,
  formatCount,
  formatDuration,
  formatRate,
  formatTime,
} from '../../state/format.ts';
import type { Server } from '../../state/herd-changes.ts';
import { linksWith, type HerdLink } from '../../state/herd-links.ts';
import './server-panel.css';

interface ServerPanelProps {
  readonly server: Server;
  readonly status: HerdStatus;
  readonly links: readonly HerdLink[];
}

/** What there is to know of the selected server. */
export function ServerPanel({ server, links }: ServerPanelProps): JSX.Element {
  return (
    <Panel title={server.server} onClose={() => navigate('herd')}>
      <State server={server} />
      {server.lastHeardAt !== null && <Facts server={server} />}
      <Links server={server} links={linksWith(links, server)} />
    </Panel>
  );
}

function State({ server }: { readonly server: Server }): JSX.Element {
  const isUp = server.state === 'reachable';
  const { lastHeardAt } = server;
  const heard =
    lastHeardAt === null
      ? 'never heard'
      : `heard ${formatAgo((nowMs.value - Date.parse(lastHeardAt)) / 1000)}`;
  return (
    <p class="server-state">
      <span class={isUp ? 'dot good' : 'dot bad'} /> {server.state} · {heard}
    </p>
  );
}

type Heard = Extract<Server, { lastHeardAt: string }>;

function Facts({ server }: { readonly server: Heard }): JSX.Element {
  const { version, startedAt, gateway, clients, connections, rates, seq } = server;
  const startedMs = Date.parse(startedAt);
  const rows: (readonly [string, string, string?])[] = [
    ['up', formatDuration((nowMs.value - startedMs) / 1000), formatTime(startedMs)],
    ['version', version],
    ['clients known', formatCount(clients)],
    ['connections', formatCount(connections)],
    ['reports', formatRate(rates.reports)],
    ['replies', formatRate(rates.replies)],
    ['questions for places', formatRate(rates.places)],
    ['changes', formatCount(seq)],
    ['gateway', gateway ?? 'none'],
  ];
  return (
    <dl class="server-facts">
      {rows.map(([name, value, title]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd title={title}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

interface LinksProps {
  readonly server: Server;
  readonly links: readonly HerdLink[];
}

const STATE_DOTS: Readonly<Record<HerdLink['state'], string>> = {
  up: 'good',
  lagging: 'warn',
  down: 'bad',
  unknown: '',
};

function Links({ server, links }: LinksProps): JSX.Element {
  return (
    <section aria-label="Links">
      <h3>Links</h3>
      <ul class="server-links">
        {links.map(({ between: [a, b], state, sinceMs }) => (
          <li key={`${a} ${b}`}>
            <span class={`dot ${STATE_DOTS[state]}`} />
            <span>{a === server.server ? b : a}</span>
            <span class="quiet" title={sinceMs === undefined ? undefined : formatTime(sinceMs)}>
              {state}
              {sinceMs !== undefined && ` for ${formatDuration((nowMs.value - sinceMs) / 1000)}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
