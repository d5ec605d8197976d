import type { JSX } from 'preact';

import { access } from '../../state/access.ts';
import { clients, clientsVersion, coverage, hasSnapshot } from '../../state/live.ts';
import { Notice } from '../../ui/notice.tsx';
import './empty-herd.css';

/** What to do where nobody has reported yet. */
export function EmptyHerd(): JSX.Element | null {
  void clientsVersion.value; // drawn anew when the clients change
  if (!hasSnapshot.value || coverage.value.kind !== 'all' || clients.size > 0) return null;
  const report = `curl -X PUT ${location.origin}/v1/clients/kiwi/location -H 'Content-Type: application/json' -d '{"latitude": 34.06893, "longitude": -118.445127}'`;
  return (
    <div class="empty-herd">
      <Notice title="Nobody has reported yet">
        <p>
          A client is on the map as soon as any server of the herd has received its first report.
        </p>
        {access.value?.operate === true && (
          <a class="button primary" href="#/people?add=phone">
            Add a phone
          </a>
        )}
        <p>To send one from a terminal:</p>
        <pre class="empty-herd-command mono selectable">{report}</pre>
      </Notice>
    </div>
  );
}
