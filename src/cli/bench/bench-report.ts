import { formatMs } from '../duration.ts';
import { table } from '../table.ts';
import type { Loaded, LoadPlan, Progress } from './run-load.ts';
import type { Latency } from './tally.ts';

/** Above this share of a core the load generator is what is measured. */
const BUSY = 0.9;

const NUMBER = new Intl.NumberFormat('en');

/** The result for programs: latencies in milliseconds. */
export function benchJson(plan: LoadPlan, connections: number, loaded: Loaded): string {
  const { seconds, busy, unsent, tally } = loaded;
  const { durationMs, count, ratePerSecond } = plan;
  const result = {
    connections,
    depth: plan.depth,
    clients: plan.clients.length,
    durationMs: Number.isFinite(durationMs) ? durationMs : null,
    count: Number.isFinite(count) ? count : null,
    offeredPerSecond: ratePerSecond ?? null,
    seconds,
    sent: tally.sent,
    replies: tally.replies,
    repliesPerSecond: tally.replies / seconds,
    invalid: tally.invalid,
    lost: tally.lost,
    unsent,
    foreign: tally.foreign,
    generatorBusy: busy,
    reportsMs: tally.reports,
    questionsMs: tally.questions,
  };
  return `${JSON.stringify(result)}\n`;
}

/** The result for people. */
export function benchText(loaded: Loaded, isOpenLoop: boolean): string {
  const { seconds, tally } = loaded;
  const rate = NUMBER.format(Math.round(tally.replies / seconds));
  const lines = [
    `${NUMBER.format(tally.replies)} replies in ${seconds.toFixed(1)} s: ${rate} a second`,
    `Latency${isOpenLoop ? ', from when a command was due' : ''}:`,
  ];
  const rows = [
    ['', 'count', 'p50', 'p90', 'p99', 'p99.9', 'max'],
    ...latencyRow('reports', tally.reports),
    ...latencyRow('questions', tally.questions),
  ];
  return `${lines.join('\n')}\n${table(rows)}`;
}

function latencyRow(name: string, latency: Latency): string[][] {
  if (latency.count === 0) return [];
  const { count, p50, p90, p99, p999, max } = latency;
  return [[name, NUMBER.format(count), ...[p50, p90, p99, p999, max].map(formatMs)]];
}

/** How it goes, on one line. */
export function progressText({ seconds, inFlight, tally }: Progress): string {
  const rate = NUMBER.format(Math.round(tally.replies / seconds));
  const { p50, p99 } = tally.reports;
  const parts = [
    `${seconds.toFixed(1)} s`,
    `${NUMBER.format(tally.replies)} replies, ${rate} a second`,
    `p50 ${formatMs(p50)}, p99 ${formatMs(p99)}`,
    `${NUMBER.format(inFlight)} in flight`,
  ];
  if (tally.invalid > 0) parts.push(`${NUMBER.format(tally.invalid)} with a question mark`);
  return parts.join('   ');
}

/** What has to be known beside the figures: none of it is a failure. */
export function benchWarnings({ busy }: Loaded): string[] {
  if (busy < BUSY) return [];
  const percent = Math.round(busy * 100);
  return [`this process was busy for ${percent} % of the time: the herd may be faster than that`];
}

/** What went wrong, a line each; none where all commands had their reply. */
export function benchFailures({ tally, unsent }: Loaded): string[] {
  const { invalid, lost, foreign } = tally;
  const failures: string[] = [];
  if (tally.replies === 0) failures.push('no command was answered');
  if (invalid > 0) {
    failures.push(
      `${commands(invalid)} answered with a question mark, the first one with ${tally.firstInvalid}`,
    );
  }
  if (lost > 0) failures.push(`${commands(lost)} not answered`);
  if (tally.firstLoss !== undefined) failures.push(`a connection was lost: ${tally.firstLoss}`);
  if (foreign > 0) failures.push(`${NUMBER.format(foreign)} replies were to no command`);
  if (unsent > 0) {
    failures.push(
      `${commands(unsent)} due and could not be sent: as many as --depth allows were in flight`,
    );
  }
  return failures;
}

function commands(count: number): string {
  return count === 1 ? '1 command was' : `${NUMBER.format(count)} commands were`;
}
