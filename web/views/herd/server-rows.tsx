import type { JSX } from 'preact';

import { formatRoute } from '../../route/route.ts';
import { nowMs } from '../../state/clock.ts';
import { formatCount, formatDuration } from '../../state/format.ts';
import type { Server } from '../../state/herd-changes.ts';
import { TableFrame } from '../../ui/table-frame.tsx';
import type { Measure } from './history.ts';
import { LazyChart } from './lazy-chart.tsx';
import { MEASURES } from './measures.ts';
import './server-rows.css';

interface ServerRowsProps {
  readonly servers: readonly Server[];
  readonly selected: string | undefined;
  /** Whether each number has a line of its last minutes: of very many servers that would be none to look at. */
  readonly hasCharts: boolean;
}

/** What each server does, a row each. */
export function ServerRows({ servers, selected, hasCharts }: ServerRowsProps): JSX.Element {
  return (
    <TableFrame label="What each server does">
      <thead>
        <tr>
          <th scope="col">server</th>
          {MEASURES.map(({ title }) => (
            <th key={title} scope="col" class={hasCharts ? '' : 'number'}>
              {title}
            </th>
          ))}
          {!hasCharts && (
            <th scope="col" class="number">
              links up
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {servers.map((server) => (
          <ServerRow
            key={server.server}
            server={server}
            isSelected={server.server === selected}
            hasCharts={hasCharts}
          />
        ))}
      </tbody>
    </TableFrame>
  );
}

interface ServerRowProps {
  readonly server: Server;
  readonly isSelected: boolean;
  readonly hasCharts: boolean;
}

function ServerRow({ server, isSelected, hasCharts }: ServerRowProps): JSX.Element {
  const isUp = server.state === 'reachable';
  return (
    <tr class={`server-row${isUp ? '' : ' gone'}${isSelected ? ' selected' : ''}`}>
      <th scope="row">
        <a href={formatRoute({ view: 'herd', item: server.server, options: {} })}>
          <span class={isUp ? 'dot good' : 'dot bad'} />
          {server.server}
        </a>
        <p class="quiet">{stateOf(server)}</p>
      </th>
      {MEASURES.map((measure) => (
        <td key={measure.title} class={hasCharts ? '' : 'number'}>
          <div class="server-measure">
            {hasCharts && <LazyChart server={server.server} of={measure} />}
            <span>{isUp ? wordOf(server, measure) : ''}</span>
          </div>
        </td>
      ))}
      {!hasCharts && <td class="number">{linksUpOf(server)}</td>}
    </tr>
  );
}

type Heard = Extract<Server, { lastHeardAt: string }>;

function wordOf(server: Server, { measure, format }: (typeof MEASURES)[number]): string {
  if (server.lastHeardAt === null) return '';
  const value = valueOf(server, measure);
  return value === null ? '' : format(value);
}

function valueOf({ rates, lag, memoryBytes }: Heard, measure: Measure): number | null {
  switch (measure) {
    case 'reports':
      return rates.reports;
    case 'replies':
      return rates.replies;
    case 'lag':
      return lag.reduce((sum, { reports }) => sum + reports, 0);
    case 'memoryBytes':
      return memoryBytes;
  }
}

function stateOf(server: Server): string {
  if (server.lastHeardAt === null) return 'never heard';
  const now = nowMs.value;
  if (server.state === 'unreachable') {
    return `silent for ${formatDuration((now - Date.parse(server.lastHeardAt)) / 1000)}`;
  }
  if (server.replaying) return 'reads its journal';
  return `up ${formatDuration((now - Date.parse(server.startedAt)) / 1000)}`;
}

function linksUpOf(server: Server): string {
  if (server.lastHeardAt === null) return '';
  const { links } = server;
  return `${formatCount(links.filter(({ up }) => up).length)} of ${formatCount(links.length)}`;
}
