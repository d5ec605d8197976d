import type { JSX } from 'preact';

import { nowMs } from '../../state/clock.ts';
import { formatDuration, formatNumberOf, formatRate, formatTime } from '../../state/format.ts';
import { linkName, type HerdLink } from '../../state/herd-links.ts';
import type { Direction } from './details.ts';
import { directedLine, lineBetween, pointOn, thicknessOf } from './geometry.ts';
import type { Line, Point } from './geometry.ts';

interface GraphLinkProps {
  readonly link: HerdLink;
  readonly from: Point;
  readonly to: Point;
  /** What goes from its first server to the other one, and back. */
  readonly there: Direction;
  readonly back: Direction;
}

/** Where on its line a link says what is wrong: not in the middle, where lines cross. */
const LABEL_AT = 0.32;

/**
 * A link, a line for each direction: its colour and dashes say how it is, and words where it is not well; how thick it is
 * how much comes over it.
 */
export function GraphLink({ link, from, to, there, back }: GraphLinkProps): JSX.Element {
  const middle = lineBetween(from, to);
  const label = pointOn(middle, LABEL_AT);
  const word = troubleOf(link, nowMs.value);
  return (
    <g class={`graph-link ${link.state}`}>
      <title>{describeLink(link, there, back)}</title>
      <LineShape class="graph-link-reach" line={middle} />
      <DirectionLine line={directedLine(from, to)} direction={there} />
      <DirectionLine line={directedLine(to, from)} direction={back} />
      {word !== undefined && (
        <text class="graph-link-label" x={label.x} y={label.y + 4}>
          {word}
        </text>
      )}
    </g>
  );
}

interface DirectionLineProps {
  readonly line: Line;
  readonly direction: Direction;
}

function DirectionLine({ line, direction }: DirectionLineProps): JSX.Element {
  const { rate, isPruned } = direction;
  const kind = isPruned ? 'graph-link-line pruned' : 'graph-link-line';
  return <LineShape class={kind} line={line} width={isPruned ? 1 : thicknessOf(rate)} />;
}

interface LineShapeProps {
  readonly class: string;
  readonly line: Line;
  readonly width?: number;
}

function LineShape({ class: kind, line: { from, to }, width }: LineShapeProps): JSX.Element {
  return <line class={kind} x1={from.x} y1={from.y} x2={to.x} y2={to.y} stroke-width={width} />;
}

/** What is wrong with a link, in a word or two; `undefined`: nothing. */
function troubleOf({ state, sinceMs, lag }: HerdLink, now: number): string | undefined {
  switch (state) {
    case 'up':
      return undefined;
    case 'lagging':
      return `lag ${formatNumberOf(lag.reports, 'report')}`;
    case 'down':
      return sinceMs === undefined ? 'down' : `down ${formatDuration((now - sinceMs) / 1000)}`;
    case 'unknown':
      return 'unknown';
  }
}

function describeLink(
  { between: [a, b], state, sinceMs, lag }: HerdLink,
  there: Direction,
  back: Direction,
): string {
  const since = sinceMs === undefined ? '' : ` since ${formatTime(sinceMs)}`;
  const behind =
    lag.reports === 0
      ? ''
      : `, lag ${formatNumberOf(lag.reports, 'report')}, ${formatDuration(lag.seconds)}`;
  const lines = [`${linkName([a, b])}: ${state}${since}${behind}`];
  lines.push(...describeDirection(`to ${b}`, there), ...describeDirection(`to ${a}`, back));
  return lines.join('\n');
}

function describeDirection(where: string, { rate, isPruned }: Direction): string[] {
  if (rate === undefined) return [];
  return [`${where}: ${formatRate(rate)}${isPruned ? ', pruned' : ''}`];
}
