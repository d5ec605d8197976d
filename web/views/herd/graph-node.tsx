import type { JSX } from 'preact';

import { formatRoute } from '../../route/route.ts';
import { nowMs } from '../../state/clock.ts';
import { formatDuration, formatRate } from '../../state/format.ts';
import type { Server } from '../../state/herd-changes.ts';
import { flood, isWhole, reached } from './flood-play.ts';
import { NODE_RADIUS, type Point } from './geometry.ts';

interface GraphNodeProps {
  readonly server: Server;
  readonly at: Point;
  /** Whether its name stands above it. */
  readonly isNamedAbove: boolean;
  readonly isSelected: boolean;
}

/** Where its name and what it does stand, below the middle of its circle, in pixels: below it, or above it. */
const BELOW = [NODE_RADIUS + 20, NODE_RADIUS + 36] as const;
const ABOVE = [-NODE_RADIUS - 28, -NODE_RADIUS - 12] as const;

/** Where a click counts as one on it, in pixels: its circle, its name and what is between. */
const REACH = { width: 96, height: 2 * NODE_RADIUS + 44 };

/** A name that is longer is cut: the whole one is what a pointer on it shows. */
const MAX_NAME = 14;

/** A server: a circle that is a link to what more there is of it, with its name and what it does. */
export function GraphNode({ server, at, isNamedAbove, isSelected }: GraphNodeProps): JSX.Element {
  const { server: name } = server;
  const [nameY, doingY] = isNamedAbove ? ABOVE : BELOW;
  const isUp = server.state === 'reachable';
  const hasIt = flood.value !== undefined && !isWhole.value && reached.value?.has(name) === true;
  const doing = doingOf(server, nowMs.value);
  return (
    <g transform={`translate(${at.x} ${at.y})`}>
      <a
        class={`graph-node${isUp ? '' : ' gone'}${isSelected ? ' selected' : ''}${hasIt ? ' has-it' : ''}`}
        href={formatRoute({ view: 'herd', item: isSelected ? undefined : name, options: {} })}
        aria-current={isSelected ? 'true' : undefined}
      >
        {name.length > MAX_NAME && <title>{name}</title>}
        <rect
          class="graph-node-reach"
          x={-REACH.width / 2}
          y={isNamedAbove ? NODE_RADIUS - REACH.height : -NODE_RADIUS}
          width={REACH.width}
          height={REACH.height}
        />
        <circle class="graph-node-circle" r={NODE_RADIUS} />
        {isUp ? (
          <circle class="graph-node-state" r={5} />
        ) : (
          <path class="graph-node-state" d="m-5-5 10 10M5-5-5 5" />
        )}
        <text class="graph-node-name" y={nameY}>
          {name.length > MAX_NAME ? `${name.slice(0, MAX_NAME - 1)}…` : name}
        </text>
        <text class="graph-node-doing" y={doingY}>
          {doing}
        </text>
      </a>
    </g>
  );
}

function doingOf(server: Server, now: number): string {
  if (server.lastHeardAt === null) return 'never heard';
  if (server.state === 'unreachable') {
    return `silent for ${formatDuration((now - Date.parse(server.lastHeardAt)) / 1000)}`;
  }
  if (server.replaying) return 'reads its journal';
  return formatRate(server.rates.reports);
}
