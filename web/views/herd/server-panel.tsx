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
import { details } from './details-state.ts';
import { vectorRows } from './details.ts';
import { LazyChart } from './lazy-chart.tsx';
import { MEASURES } from './measures.ts';
import './server-panel.css';

interface ServerPanelProps {
  readonly server: Server;
  readonly status: HerdStatus;
  readonly links: readonly HerdLink[];
}

/** What there is to know of the selected server. */
export function ServerPanel({ server, status, links }: ServerPanelProps): JSX.Element {
  return (
    <Panel title={server.server} onClose={() => navigate('herd')}>
      <State server={server} />
      {server.lastHeardAt !== null && <Facts server={server} />}
      <Charts server={server.server} />
      <Links server={server} links={linksWith(links, server)} />
      <Vector server={server.server} status={status} />
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
  const { version, startedAt, gateway, clients, connections, rates } = server;
  const startedMs = Date.parse(startedAt);
  const rows: (readonly [string, string, string?])[] = [
    ['up', formatDuration((nowMs.value - startedMs) / 1000), formatTime(startedMs)],
    ['version', version],
    ['clients known', formatCount(clients)],
    ['connections', formatCount(connections)],
    ['questions for places', formatRate(rates.places)],
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

function Charts({ server }: { readonly server: string }): JSX.Element {
  return (
    <section class="server-charts" aria-label="The last five minutes">
      {MEASURES.map((measure) => (
        <figure key={measure.title}>
          <figcaption>{measure.title}</figcaption>
          <LazyChart server={server} of={measure} isLarge />
        </figure>
      ))}
    </section>
  );
}

interface VectorProps {
  readonly server: string;
  readonly status: HerdStatus;
}

/** Up to which report of each origin the server has all, and how many more any other server has. */
function Vector({ server, status }: VectorProps): JSX.Element {
  const origins = status.servers.flatMap((each) =>
    each.lastHeardAt === null ? [] : [{ server: each.server, ...each.reports }],
  );
  const table = details.value;
  return (
    <section aria-label="Version vector">
      <h3>Version vector</h3>
      {table.has(server) ? (
        <table class="vector">
          <thead>
            <tr>
              <th scope="col">origin</th>
              <th scope="col">has up to</th>
              <th scope="col">behind</th>
            </tr>
          </thead>
          <tbody>
            {vectorRows(table, server, origins).map(({ origin, sequence, most }) => (
              <tr key={origin}>
                <th scope="row">{origin}</th>
                <td>{formatCount(sequence)}</td>
                <td class={most > sequence ? 'behind-by' : 'quiet'}>
                  {most > sequence ? formatCount(most - sequence) : 'level'}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <p class="quiet">Its gateway does not answer this page.</p>
      )}
    </section>
  );
}
