import type { JSX } from 'preact';

import { directedLine, pointOn, type Line, type Point } from './geometry.ts';
import type { Hop } from './flood.ts';
import { dots, flood, isWhole, reached } from './flood-play.ts';
import './flood.css';

interface FloodLayerProps {
  /** Where the servers are. */
  readonly points: ReadonlyMap<string, Point>;
}

const DOT_RADIUS = 5;

/** The way of a record over the picture: dots on the links that carry it now, and the way that it has come. */
export function FloodLayer({ points }: FloodLayerProps): JSX.Element | null {
  const way = flood.value;
  if (way === undefined) return null;
  const has = reached.value;
  return (
    <g class="flood" aria-hidden="true">
      {way.hops
        .filter(({ to, isNews }) => isNews && has?.has(to) === true)
        .map((hop) => {
          const line = lineOf(points, hop);
          return line && <path key={keyOf(hop)} class="flood-way" d={pathOf(line)} />;
        })}
      {!isWhole.value &&
        dots.value.map(({ hop, part }) => {
          const line = lineOf(points, hop);
          if (line === undefined) return null;
          const { x, y } = pointOn(line, part);
          const kind = hop.isNews ? 'flood-dot' : 'flood-dot again';
          return <circle key={keyOf(hop)} class={kind} cx={x} cy={y} r={DOT_RADIUS} />;
        })}
    </g>
  );
}

function keyOf({ from, to, isNews }: Hop): string {
  return `${from} ${to} ${isNews}`;
}

function lineOf(points: ReadonlyMap<string, Point>, { from, to }: Hop): Line | undefined {
  const [start, end] = [points.get(from), points.get(to)];
  return start && end && directedLine(start, end);
}

function pathOf({ from, to }: Line): string {
  return `M${from.x} ${from.y}L${to.x} ${to.y}`;
}
