import type { JSX } from 'preact';

import { formatRoute } from '../../route/route.ts';
import { nameOf } from '../../state/cards.ts';
import type { HerdMap } from './herd-map.ts';

interface ClientLinkProps {
  readonly client: string;
  readonly map: HerdMap | undefined;
}

/** What a client is called, which leads to where it is on the map. */
export function ClientLink({ client, map }: ClientLinkProps): JSX.Element {
  return (
    <a
      href={formatRoute({ view: 'map', item: client, options: {} })}
      onClick={() => map?.goToClient(client)}
    >
      <bdi class="one-line">{nameOf(client)}</bdi>
    </a>
  );
}
