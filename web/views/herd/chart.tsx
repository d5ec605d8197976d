import { useEffect, useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

import { formatTimeOfDay } from '../../state/format.ts';
import { theme } from '../../state/theme.ts';
import type { Points } from './history.ts';
import { useSize } from './use-size.ts';
import './chart.css';

interface ChartProps {
  /** Its text for screen readers. */
  readonly label: string;
  readonly points: Points;
  /** A value in words. */
  readonly format: (value: number) => string;
  /** Whether it has axes, and says what is under the pointer. */
  readonly isLarge?: boolean;
}

/** Five minutes, in seconds: how much time a chart spans. */
const SPAN_S = 300;

/** A line over the last five minutes; small ones have nothing but the line. */
export default function Chart(props: ChartProps): JSX.Element {
  const { label, points, format, isLarge = false } = props;
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot>(undefined);
  const size = useSize(frame);
  const [width, height] = [Math.floor(size?.width ?? 0), Math.floor(size?.height ?? 0)];
  const shown = theme.value;

  useEffect(() => {
    const { current } = frame;
    if (current === null || width === 0) return;
    const options = isLarge ? largeOptions(current, format) : smallOptions(current);
    const made = new UPlot({ ...options, width, height }, dataOf(points), current);
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = undefined;
    };
    // Its points are set below: a new chart for each would blink.
  }, [isLarge, width, height, shown]);

  useEffect(() => plot.current?.setData(dataOf(points)), [points]);

  return (
    <div class={isLarge ? 'chart large' : 'chart'} role="img" aria-label={label} ref={frame} />
  );
}

/** Whole numbers, since of most that is drawn there is no half. */
const NICE_STEPS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((tens) =>
  [1, 2, 5].map((step) => step * 10 ** tens),
);

/** A time of day without its seconds. */
function clockOf(seconds: number): string {
  return formatTimeOfDay(seconds * 1000).replace(/:\d\d(?!.*:\d)/, '');
}

function dataOf({ times, values }: Points): UPlot.AlignedData {
  return [[...times], [...values]];
}

function scales(): UPlot.Scales {
  return {
    x: { time: true, range: (_, __, last) => [last - SPAN_S, last] },
    y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] },
  };
}

function lineOf(frame: HTMLElement): UPlot.Series {
  const styles = getComputedStyle(frame);
  return {
    stroke: styles.getPropertyValue('--accent'),
    fill: styles.getPropertyValue('--accent-soft'),
    width: 1.25,
    points: { show: false },
  };
}

type Options = Omit<UPlot.Options, 'width' | 'height'>;

function smallOptions(frame: HTMLElement): Options {
  return {
    scales: scales(),
    series: [{}, lineOf(frame)],
    axes: [{ show: false }, { show: false }],
    legend: { show: false },
    cursor: { show: false },
    padding: [2, 0, 0, 0],
  };
}

function largeOptions(frame: HTMLElement, format: (value: number) => string): Options {
  const styles = getComputedStyle(frame);
  const axis = {
    stroke: styles.getPropertyValue('--ink-3'),
    font: `11px ${styles.fontFamily}`,
    ticks: { show: false },
    grid: { stroke: styles.getPropertyValue('--line'), width: 1 },
  };
  return {
    scales: scales(),
    series: [
      { value: (_, time) => (time === null ? '' : formatTimeOfDay(time * 1000)) },
      { ...lineOf(frame), label: '', value: (_, value) => (value === null ? '' : format(value)) },
    ],
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 20,
        space: 80,
        values: (_, splits) => splits.map(clockOf),
      },
      {
        ...axis,
        size: 56,
        space: 28,
        incrs: NICE_STEPS,
        values: (_, splits) => splits.map(format),
      },
    ],
    legend: { show: false },
    cursor: { y: false, points: { size: 6 } },
    padding: [6, 4, 0, 0],
  };
}
