import type { JSX } from 'preact';

import { nowMs } from '../../state/clock.ts';
import { formatDuration, formatNumberOf, formatTime } from '../../state/format.ts';
import { linkName, type HerdLink } from '../../state/herd-links.ts';
import { lineBetween, pointOn, type Line, type Point } from './geometry.ts';

interface GraphLinkProps {
  readonly link: HerdLink;
  readonly from: Point;
  readonly to: Point;
}

/** Where on its line a link says what is wrong: not in the middle, where lines cross. */
const LABEL_AT = 0.32;

/** A link: its line says how it is by its colour and dashes, and in words where it is not well. */
export function GraphLink({ link, from, to }: GraphLinkProps): JSX.Element {
  const line = lineBetween(from, to);
  const label = pointOn(line, LABEL_AT);
  const word = troubleOf(link, nowMs.value);
  return (
    <g class={`graph-link ${link.state}`}>
      <title>{describeLink(link)}</title>
      <LineShape class="graph-link-reach" line={line} />
      <LineShape class="graph-link-line" line={line} />
      {word !== undefined && (
        <text class="graph-link-label" x={label.x} y={label.y + 4}>
          {word}
        </text>
      )}
    </g>
  );
}

function LineShape(props: { readonly class: string; readonly line: Line }): JSX.Element {
  const { from, to } = props.line;
  return <line class={props.class} x1={from.x} y1={from.y} x2={to.x} y2={to.y} />;
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

function describeLink({ between, state, sinceMs, lag }: HerdLink): string {
  const since = sinceMs === undefined ? '' : ` since ${formatTime(sinceMs)}`;
  const behind =
    lag.reports === 0
      ? ''
      : `, lag ${formatNumberOf(lag.reports, 'report')}, ${formatDuration(lag.seconds)}`;
  return `${linkName(between)}: ${state}${since}${behind}`;
}
