import { signal } from '@preact/signals';
import type { JSX } from 'preact';

import type ChartType from './chart.tsx';
import { history } from './history-state.ts';
import { pointsOf, summaryOf } from './history.ts';
import type { MEASURES } from './measures.ts';

/** What draws charts; loaded when the first one is shown. */
const Chart = signal<typeof ChartType | undefined>(undefined);
let isAsked = false;

async function load(): Promise<void> {
  isAsked = true;
  try {
    const { default: loaded } = await import('./chart.tsx');
    Chart.value = loaded;
  } catch {
    isAsked = false; // the next chart that is shown tries again
  }
}

interface LazyChartProps {
  readonly server: string;
  readonly of: (typeof MEASURES)[number];
  readonly isLarge?: boolean;
}

/** The chart of a server's last minutes; its room is there at once. */
export function LazyChart({ server, of, isLarge = false }: LazyChartProps): JSX.Element {
  if (!isAsked) void load();
  const Loaded = Chart.value;
  const known = history.value;
  if (Loaded === undefined || known === undefined) {
    return <div class={isLarge ? 'chart-room large' : 'chart-room'} />;
  }
  const points = pointsOf(known, server, of.measure);
  const { last, most } = summaryOf(points);
  const now = last === undefined ? 'unknown' : of.format(last);
  const label = `${of.title} of ${server} in the last five minutes: now ${now}, at most ${of.format(most)}`;
  return <Loaded label={label} points={points} format={of.format} isLarge={isLarge} />;
}
