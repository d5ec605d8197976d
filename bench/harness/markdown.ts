import type { Machine } from './machine.ts';
import { HEADER, machineText, resultRow, type Outcome } from './report.ts';

/** What a run of the benchmarks found. */
export interface Report {
  /** When it ended, as ISO 8601 writes it. */
  readonly date: string;
  readonly machine: Machine;
  readonly benchmarks: readonly Outcome[];
}

/** A run's results as one table, with what was skipped or failed below it. */
export function markdownText({ date, machine, benchmarks }: Report): string {
  const rows = benchmarks.flatMap((outcome) =>
    outcome.status === 'measured'
      ? outcome.results.map((result) => [outcome.name, ...resultRow(result)])
      : [],
  );
  const header = ['benchmark', ...HEADER];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  const others = benchmarks.flatMap((outcome) =>
    outcome.status === 'measured' ? [] : `- ${outcome.name} ${outcome.status}: ${outcome.why}\n`,
  );
  const table = [header, header.map(() => '---'), ...rows].map(line);
  return [`${date.slice(0, 10)}: ${machineText(machine)}\n`, ...table, '\n', ...others].join('');
}
