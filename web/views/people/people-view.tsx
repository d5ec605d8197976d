import type { JSX } from 'preact';

import { formatRoute } from '../../route/route.ts';
import { nowMs } from '../../state/clock.ts';
import { formatAgo } from '../../state/format.ts';
import { clients, clientsVersion, hasSnapshot } from '../../state/live.ts';
import { Notice } from '../../ui/notice.tsx';
import { TableFrame } from '../../ui/table-frame.tsx';

/** So many clients are listed, the freshest: more are found on the map. */
const LISTED = 200;

/** Who is in the herd, and when each was last heard. */
export function PeopleView(): JSX.Element {
  void clientsVersion.value; // drawn anew when the clients change
  const listed = [...clients.values()].sort((a, b) => b.fixMs - a.fixMs).slice(0, LISTED);
  return (
    <div class="page">
      <h1>People</h1>
      {listed.length === 0 && hasSnapshot.value && (
        <Notice title="Nobody has reported yet">
          <p>A client is here as soon as any server of the herd has received its first report.</p>
        </Notice>
      )}
      {listed.length > 0 && (
        <TableFrame label="Clients">
          <thead>
            <tr>
              <th scope="col">client</th>
              <th scope="col">last fix</th>
              <th scope="col">heard by</th>
              <th scope="col" class="number">
                battery
              </th>
            </tr>
          </thead>
          <tbody>
            {listed.map(({ location, fixMs }) => (
              <tr key={location.client}>
                <th scope="row">
                  <a href={formatRoute({ view: 'map', item: location.client, options: {} })}>
                    <bdi>{location.client}</bdi>
                  </a>
                </th>
                <td>{formatAgo((nowMs.value - fixMs) / 1000)}</td>
                <td>{location.server}</td>
                <td class="number">
                  {location.batteryPercent === undefined ? '' : `${location.batteryPercent}%`}
                </td>
              </tr>
            ))}
          </tbody>
        </TableFrame>
      )}
    </div>
  );
}
