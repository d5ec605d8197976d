import { setImmediate as nextIteration } from 'node:timers/promises';
import { Random } from '../simulation/random.ts';
import { keepFinding, readCorpus } from './corpus.ts';
import { mutate } from './mutate.ts';

/** Something to throw inputs at. */
export interface Target {
  /** For reports. */
  readonly name: string;
  /** Which part of the corpus it begins with. */
  readonly kind: 'client' | 'peer' | 'configuration';
  readonly words: readonly string[];
  /** How many inputs it can be given at once. */
  readonly lanes: number;
  /** Makes an input of the right shape. */
  generate(random: Random): string;
  /**
   * Runs an input. All that it chooses follows from the input, so that a kept one fails again.
   *
   * @returns in a few words what came of it: an input with a new outcome is mutated further
   * @throws where a promise is broken
   */
  run(input: string): Promise<string> | string;
}

/** What to run, and for how long. */
export interface FuzzOptions {
  readonly seed: number;
  /** The most cases. */
  readonly cases: number;
  /** When to stop at the latest, in milliseconds on the clock of `performance`. */
  readonly until: number;
  /** Ends it early. */
  readonly stop: AbortSignal;
  /** The folder of the corpus. */
  readonly corpus: string;
  /** Called with each input before it runs, and with `undefined` after it. */
  readonly note: (input: string | undefined) => void;
}

/** What came of a run. */
export interface FuzzResult {
  readonly cases: number;
  /** How many different outcomes there were. */
  readonly outcomes: number;
}

/** An input that broke a promise. It has been kept in the corpus. */
export class Finding extends Error {
  override readonly name = 'Finding';
  readonly input: string;

  constructor(target: string, file: string, input: string, cause: unknown) {
    const what = cause instanceof Error ? cause.message : String(cause);
    super(`${target}: ${what}\nthe input: ${file}`, { cause });
    this.input = input;
  }
}

/** Outcomes are distinguished up to this many: each keeps an input in memory. */
const MOST_OUTCOMES = 2_000;
/** How often signals and timers are given a chance. */
const TURN_EVERY = 100;
/** A number that no two cases of two seeds share for long. */
const CASE_STRIDE = 0x9e3779b1;

/**
 * Runs the corpus, then as many mutated inputs as were asked for.
 *
 * @param watch called with each input before and after it runs
 * @throws {Finding} the first
 */
export async function fuzz(
  target: Target,
  { seed, cases, until, stop, corpus, note }: FuzzOptions,
): Promise<FuzzResult> {
  const kept = readCorpus(corpus, target.kind);
  const pool = kept.map(({ input }) => input);
  const outcomes = new Set<string>();
  let count = 0;

  const run = async (input: string): Promise<void> => {
    note(input);
    try {
      const outcome = await target.run(input);
      if (outcomes.has(outcome) || outcomes.size >= MOST_OUTCOMES) return;
      outcomes.add(outcome);
      pool.push(input);
    } catch (error) {
      throw new Finding(target.name, keepFinding(corpus, target.kind, input), input, error);
    } finally {
      note(undefined);
    }
  };

  const lane = async (): Promise<void> => {
    while (count < cases && performance.now() < until && !stop.aborted) {
      const number = count++;
      const random = new Random(seed + Math.imul(number, CASE_STRIDE));
      const fresh = target.generate(random);
      const others = pool.length === 0 ? [fresh] : pool;
      const start = random.chance(0.5) ? fresh : random.pick(others);
      const material = { words: target.words, others };
      await run(kept[number]?.input ?? mutate(start, random, material));
      if (number % TURN_EVERY === 0) await nextIteration();
    }
  };
  await Promise.all(Array.from({ length: target.lanes }, lane));
  return { cases: count, outcomes: outcomes.size };
}
