import { table } from '#src/cli/table.js';
import type { Benchmark } from './benchmark.ts';
import type { Machine } from './machine.ts';
import type { Extent, Pair } from './measure.ts';
import type { Result } from './result.ts';

/** What became of a benchmark. */
export type Outcome = { readonly name: string; readonly description: string } & (
  | {
      readonly status: 'measured';
      readonly a: string;
      readonly b: string | undefined;
      readonly extent: Extent;
      /** What the programs of others say of their version, by their command. */
      readonly versions: Readonly<Record<string, string>>;
      readonly results: readonly Result[];
    }
  | { readonly status: 'skipped' | 'failed'; readonly why: string }
);

/** Digits that a figure is shown with: more would be noise. */
const SHOWN_DIGITS = 4;
const GIBIBYTE = 2 ** 30;

const numbers = new Intl.NumberFormat('en', { maximumSignificantDigits: SHOWN_DIGITS });

/** The machine, in a line. */
export function machineText({ cores, cpu, memoryBytes, node, os, loadBefore }: Machine): string {
  const memory = numbers.format(memoryBytes / GIBIBYTE);
  const load = numbers.format(loadBefore);
  return `${cores} x ${cpu}, ${memory} GiB, Node ${node}, ${os}; load before: ${load}\n`;
}

/** The benchmarks that there are. */
export function listText(benchmarks: readonly Benchmark[]): string {
  return table(benchmarks.map(({ name, description }) => [name, description]));
}

/** What became of a benchmark, with a row for each of its results. */
export function outcomeText(outcome: Outcome): string {
  const title = `${outcome.name}: ${outcome.description}\n`;
  if (outcome.status !== 'measured') return `${title}${outcome.status}: ${outcome.why}\n`;
  const { a, b, extent, versions, results } = outcome;
  const sides = b === undefined ? `A: ${a}\n` : `A: ${a}\nB: ${b}\n`;
  const programs = Object.values(versions).map((version) => `with ${version}\n`);
  return [
    title,
    sides,
    extentText(extent, b !== undefined),
    ...programs,
    table([HEADER, ...results.map(resultRow)]),
  ].join('');
}

function extentText({ pairs, share, warmUp }: Extent, compared: boolean): string {
  if (share < 1) return `tried out with ${share * 100} % of the work: the figures mean nothing\n`;
  const before = warmUp ? ' after one to warm up' : '';
  return compared
    ? `${pairs} pairs${before}; medians, and the ratio pair by pair\n`
    : `${pairs} runs${before}\n`;
}

/** A pair while the benchmark still runs. */
export function pairText(name: string, { a, b }: Pair, number: number, pairs: number): string {
  const figures = Object.entries(a).map(([measure, value]) => {
    const other = b?.[measure];
    return `${measure} ${numbers.format(value)}${other === undefined ? '' : ` to ${numbers.format(other)}`}`;
  });
  return `${name}: ${number} of ${pairs}: ${figures.join(', ')}\n`;
}

/** The cells over those of `resultRow`. */
export const HEADER = ['measure', 'A', 'B', 'A/B', 'min', 'max', 'better', 'aim', 'reached'];
const NOTHING = '-';

/** A result's figures, as they are shown. */
export function resultRow({ measure, unit, better, a, b, ratio, aim }: Result): string[] {
  const figure = (value: number | undefined): string =>
    value === undefined ? NOTHING : `${numbers.format(value)} ${unit}`;
  const plain = (value: number | undefined): string =>
    value === undefined ? NOTHING : numbers.format(value);
  const limit = better === 'higher' ? 'at least' : 'at most';
  return [
    measure,
    figure(a.median),
    figure(b?.median),
    plain(ratio?.median),
    plain(ratio?.min),
    plain(ratio?.max),
    better,
    aim === undefined
      ? NOTHING
      : `${limit} ${aim.of === 'ratio' ? plain(aim.bound) : figure(aim.bound)}`,
    aim === undefined ? NOTHING : aim.reached ? 'yes' : 'no',
  ];
}
