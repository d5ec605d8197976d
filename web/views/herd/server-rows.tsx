import type { JSX } from 'preact';

import { formatRoute } from '../../route/route.ts';
import { nowMs } from '../../state/clock.ts';
import { formatCount, formatDuration, formatRate } from '../../state/format.ts';
import type { Server } from '../../state/herd-changes.ts';
import { TableFrame } from '../../ui/table-frame.tsx';

interface ServerRowsProps {
  readonly servers: readonly Server[];
  readonly selected: string | undefined;
}

/** What each server does, a row each. */
export function ServerRows({ servers, selected }: ServerRowsProps): JSX.Element {
  return (
    <TableFrame label="What each server does">
      <thead>
        <tr>
          <th scope="col">server</th>
          <th scope="col" class="number">
            clients
          </th>
          <th scope="col" class="number">
            reports
          </th>
          <th scope="col" class="number">
            replies
          </th>
          <th scope="col" class="number">
            lag
          </th>
          <th scope="col" class="number">
            links up
          </th>
        </tr>
      </thead>
      <tbody>
        {servers.map((server) => (
          <ServerRow key={server.server} server={server} isSelected={server.server === selected} />
        ))}
      </tbody>
    </TableFrame>
  );
}

interface ServerRowProps {
  readonly server: Server;
  readonly isSelected: boolean;
}

function ServerRow({ server, isSelected }: ServerRowProps): JSX.Element {
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
      {server.lastHeardAt === null ? (
        <td colSpan={5} />
      ) : (
        <>
          <td class="number">{formatCount(server.clients)}</td>
          <td class="number">{formatRate(server.rates.reports)}</td>
          <td class="number">{formatRate(server.rates.replies)}</td>
          <td class="number">{lagOf(server)}</td>
          <td class="number">{linksUpOf(server)}</td>
        </>
      )}
    </tr>
  );
}

type Heard = Extract<Server, { lastHeardAt: string }>;

function stateOf(server: Server): string {
  if (server.lastHeardAt === null) return 'never heard';
  const now = nowMs.value;
  if (server.state === 'unreachable') {
    return `silent for ${formatDuration((now - Date.parse(server.lastHeardAt)) / 1000)}`;
  }
  if (server.replaying) return 'reads its journal';
  return `up ${formatDuration((now - Date.parse(server.startedAt)) / 1000)}`;
}

function lagOf({ lag }: Heard): string {
  const reports = Math.max(0, ...lag.map(({ reports }) => reports));
  return reports === 0 ? 'none' : formatCount(reports);
}

function linksUpOf({ links }: Heard): string {
  return `${links.filter(({ up }) => up).length} of ${links.length}`;
}
