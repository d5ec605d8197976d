import { writeFile } from 'node:fs/promises';
import { inspect } from 'node:util';
import { BENCHMARKS } from './benchmarks.ts';
import { parseArguments, UsageError, type Arguments } from './harness/arguments.ts';
import type { Benchmark } from './harness/benchmark.ts';
import { Interrupted, interruption } from './harness/interruption.ts';
import { describeMachine } from './harness/machine.ts';
import { markdownText } from './harness/markdown.ts';
import { measure, type Extent } from './harness/measure.ts';
import { listText, machineText, outcomeText, pairText, type Outcome } from './harness/report.ts';
import { findPrograms, missingText } from './harness/requirements.ts';

/** How much of the work is done where a benchmark is only tried out, and else. */
const QUICK = { share: 0.01, warmUp: false } as const;
const WHOLE = { share: 1, warmUp: true } as const;

process.exitCode = await main(process.argv.slice(2));

/**
 * Runs what the arguments ask for. Resolves to the exit status: 0, 1 where a benchmark failed, 2 for a
 * usage error, 128 and its number for a signal. A missed aim is a finding, no failure.
 */
async function main(args: readonly string[]): Promise<number> {
  try {
    const wanted = parseArguments(
      args,
      BENCHMARKS.map(({ name }) => name),
    );
    if (wanted.names.length > 0) return await runAll(wanted);
    process.stdout.write(listText(BENCHMARKS));
    return 0;
  } catch (error) {
    const foreseen = error instanceof UsageError || error instanceof Interrupted;
    process.stderr.write(`bench: ${foreseen ? error.message : inspect(error)}\n`);
    if (error instanceof Interrupted) return error.exitStatus;
    return foreseen ? 2 : 1;
  }
}

async function runAll({ names, pairs, quick, json, markdown }: Arguments): Promise<number> {
  const stop = interruption();
  const machine = describeMachine();
  process.stdout.write(machineText(machine));
  const extent = { pairs, ...(quick ? QUICK : WHOLE) };
  const outcomes: Outcome[] = [];
  for (const benchmark of BENCHMARKS.filter(({ name }) => names.includes(name))) {
    const outcome = await outcomeOf(benchmark, extent, stop);
    process.stdout.write(`\n${outcomeText(outcome)}`);
    outcomes.push(outcome);
  }
  const report = { date: new Date().toISOString(), machine, benchmarks: outcomes };
  if (json !== undefined) await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
  if (markdown !== undefined) await writeFile(markdown, markdownText(report));
  return outcomes.some(({ status }) => status === 'failed') ? 1 : 0;
}

async function outcomeOf(
  benchmark: Benchmark,
  extent: Extent,
  stop: AbortSignal,
): Promise<Outcome> {
  const { name, description, a, b } = benchmark;
  try {
    const { versions, missing } = await findPrograms(benchmark.requires);
    if (missing.length > 0) {
      return { name, description, status: 'skipped', why: missingText(missing) };
    }
    const results = await measure(benchmark, extent, stop, (pair, number) => {
      process.stderr.write(pairText(name, pair, number, extent.pairs));
    });
    const sides = { a: a.label, b: b?.label };
    return { name, description, status: 'measured', ...sides, extent, versions, results };
  } catch (error) {
    stop.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    return { name, description, status: 'failed', why };
  }
}
