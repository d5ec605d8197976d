import { useRef } from 'preact/hooks';
import type { JSX } from 'preact';

import type { Server } from '../../state/herd-changes.ts';
import type { HerdLink } from '../../state/herd-links.ts';
import { pointOf, type Point } from './geometry.ts';
import { GraphLink } from './graph-link.tsx';
import { GraphNode } from './graph-node.tsx';
import { placeServers } from './layout.ts';
import { useSize } from './use-size.ts';
import './graph.css';

interface GraphProps {
  readonly servers: readonly Server[];
  readonly links: readonly HerdLink[];
  readonly selected: string | undefined;
}

/** Servers above this have their names above them. */
const NAMED_ABOVE = 0.4;

/** The herd as a picture: its servers, and the links between them. */
export function Graph({ servers, links, selected }: GraphProps): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const size = useSize(frame);
  const names = servers.map(({ server }) => server);
  const points = new Map<string, Point>();
  const namedAbove = new Set<string>();
  for (const [name, place] of placeServers(names, links)) {
    if (size !== undefined) points.set(name, pointOf(place, size));
    if (place.y < NAMED_ABOVE) namedAbove.add(name); // its lines go down
  }
  return (
    <div class="graph" ref={frame}>
      <svg class="graph-picture" role="group" aria-label="Servers and links">
        {links.map((link) => {
          const [from, to] = link.between.map((name) => points.get(name));
          if (from === undefined || to === undefined) return null;
          return <GraphLink key={link.between.join(' ')} link={link} from={from} to={to} />;
        })}
        {servers.map((server) => {
          const at = points.get(server.server);
          if (at === undefined) return null;
          return (
            <GraphNode
              key={server.server}
              server={server}
              at={at}
              isNamedAbove={namedAbove.has(server.server)}
              isSelected={server.server === selected}
            />
          );
        })}
      </svg>
    </div>
  );
}
