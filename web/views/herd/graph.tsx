import { useRef } from 'preact/hooks';
import type { JSX } from 'preact';

import type { Server } from '../../state/herd-changes.ts';
import type { HerdLink } from '../../state/herd-links.ts';
import { details } from './details-state.ts';
import { directionOf, type Origin } from './details.ts';
import { pointOf, type Point } from './geometry.ts';
import { FloodLayer } from './flood-layer.tsx';
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
  const origins = originsAsked(servers, selected);
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
          const [a, b] = link.between;
          return (
            <GraphLink
              key={`${a} ${b}`}
              link={link}
              from={from}
              to={to}
              there={directionOf(details.value, a, b, origins)}
              back={directionOf(details.value, b, a, origins)}
            />
          );
        })}
        <FloodLayer points={points} />
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

/** Whose records are asked about where a direction counts as pruned: the selected server's, or those of all that have any. */
function originsAsked(servers: readonly Server[], selected: string | undefined): Origin[] {
  return servers.flatMap((server) => {
    if (server.lastHeardAt === null || server.reports.sequence === 0) return [];
    if (selected !== undefined && server.server !== selected) return [];
    return [{ server: server.server, epoch: server.reports.epoch }];
  });
}
