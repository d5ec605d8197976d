import type { Benchmark, Figures, Run } from './benchmark.ts';
import { resultOf, type Result } from './result.ts';
import { Scope } from './scope.ts';

/** The figures of one run of each side, one after the other. */
export interface Pair {
  readonly a: Figures<string>;
  readonly b: Figures<string> | undefined;
}

/** How much is measured. */
export interface Extent {
  readonly pairs: number;
  /** How much of each run's work is done; see `Side.start`. */
  readonly share: number;
  /** Whether a pair that does not count comes first. */
  readonly warmUp: boolean;
}

/** A run or a start that takes longer than this, in milliseconds, is stuck: all are made to be shorter. */
const STUCK_AFTER_MS = 10 * 60_000;

/**
 * Runs the sides in turn, A B A B …: a pair to warm up that does not count, then those that do. All
 * that the sides started has ended when it returns or throws.
 *
 * @param signal ends it early; it then throws the signal's reason
 * @param onPair called with each pair that counts
 */
export async function measure(
  benchmark: Benchmark,
  { pairs, share, warmUp }: Extent,
  signal: AbortSignal,
  onPair: (pair: Pair, number: number) => void,
): Promise<Result[]> {
  await using scope = new Scope();
  const { a, b } = benchmark;
  const runA = await bounded(a.start(scope, share), signal);
  const runB = b && (await bounded(b.start(scope, share), signal));
  const runPair = async (): Promise<Pair> => ({
    a: await checked(benchmark, 'A', runA, signal),
    b: runB && (await checked(benchmark, 'B', runB, signal)),
  });
  if (warmUp) await runPair();
  const measured: Pair[] = [];
  for (let number = 1; number <= pairs; number++) {
    const pair = await runPair();
    measured.push(pair);
    onPair(pair, number);
  }
  return Object.entries(benchmark.measures).map(([name, kind]) => {
    const figuresA = measured.flatMap((pair) => pair.a[name] ?? []);
    const figuresB = measured.flatMap((pair) => pair.b?.[name] ?? []);
    return resultOf(name, kind, figuresA, figuresB.length === 0 ? undefined : figuresB);
  });
}

/** A run's figures, once each is known to be one. B need not have them all. */
async function checked(
  { measures }: Benchmark,
  side: 'A' | 'B',
  run: Run<string>,
  signal: AbortSignal,
): Promise<Figures<string>> {
  const figures = await bounded(run(), signal);
  for (const name of Object.keys(measures)) {
    const value = figures[name] ?? (side === 'A' ? Number.NaN : 0);
    if (!Number.isFinite(value) || value < 0) {
      throw new RangeError(`${side}'s figure for ${name} is ${value}, expected 0 or more`);
    }
  }
  return figures;
}

/** `work`, unless the signal aborts first or it gets stuck. */
function bounded<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const either = AbortSignal.any([signal, AbortSignal.timeout(STUCK_AFTER_MS)]);
  const aborted = new Promise<never>((_, reject) => {
    const fail = (): void => reject(either.reason as Error);
    if (either.aborted) fail();
    else either.addEventListener('abort', fail, { once: true });
  });
  return Promise.race([work, aborted]);
}
