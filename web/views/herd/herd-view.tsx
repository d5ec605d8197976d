import type { JSX } from 'preact';

import { nowMs } from '../../state/clock.ts';
import { formatAgo, formatCount } from '../../state/format.ts';
import type { Server } from '../../state/herd-changes.ts';
import { herd, herdState } from '../../state/herd.ts';
import { Notice } from '../../ui/notice.tsx';
import { TableFrame } from '../../ui/table-frame.tsx';

/** The servers of the herd, a row each. */
export function HerdView(): JSX.Element {
  if (herdState.value.kind === 'forbidden') {
    return (
      <div class="page">
        <Notice title="This token is not for the servers">
          <p>To see the herd's servers, sign in with a token that has the scope operate.</p>
        </Notice>
      </div>
    );
  }
  return (
    <div class="page">
      <h1>{herd.value?.herd ?? 'Herd'}</h1>
      <TableFrame label="Servers">
        <thead>
          <tr>
            <th scope="col">server</th>
            <th scope="col">state</th>
            <th scope="col" class="number">
              clients
            </th>
            <th scope="col" class="number">
              reports/s
            </th>
            <th scope="col" class="number">
              links up
            </th>
            <th scope="col">last heard</th>
          </tr>
        </thead>
        <tbody>
          {herd.value?.servers.map((server) => (
            <ServerRow key={server.server} server={server} />
          ))}
        </tbody>
      </TableFrame>
    </div>
  );
}

function ServerRow({ server }: { readonly server: Server }): JSX.Element {
  const isUp = server.state === 'reachable';
  const heard = server.lastHeardAt;
  return (
    <tr>
      <th scope="row">{server.server}</th>
      <td>
        <span class={isUp ? 'dot good' : 'dot bad'} /> {server.state}
      </td>
      <td class="number">{heard === null ? '' : formatCount(server.clients)}</td>
      <td class="number">{heard === null ? '' : server.rates.reports.toFixed(1)}</td>
      <td class="number">
        {heard === null
          ? ''
          : `${server.links.filter(({ up }) => up).length} of ${server.links.length}`}
      </td>
      <td>{heard === null ? 'never' : formatAgo((nowMs.value - Date.parse(heard)) / 1000)}</td>
    </tr>
  );
}
