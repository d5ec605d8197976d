import { anySeed, interruption, readOptions, runMain, UsageError } from '../support/run-options.ts';
import { Finding } from './fuzz.ts';
import { fuzzTarget, TARGETS, type TargetName } from './targets.ts';

await runMain('fuzz', main);

/** The exit status is 0, 1 where an input broke a promise, 2 for a usage error. */
async function main(args: readonly string[]): Promise<number> {
  const { seconds, seed, only } = readOptions(args, {
    numbers: { seconds: 60, seed: anySeed() },
    texts: ['only'],
  });
  const names = (Object.keys(TARGETS) as TargetName[]).filter(
    (name) => only === undefined || name === only,
  );
  if (names.length === 0) throw new UsageError(`--only: found ${only}, expected ${known()}`);
  process.stderr.write(`fuzz: ${seconds} s, --seed ${seed}\n`);
  return (await fuzzAll(names, seconds, seed)) ? 0 : 1;
}

function known(): string {
  return Object.keys(TARGETS).join(', ');
}

/** Gives every target its part of the time; returns whether no promise was broken. */
async function fuzzAll(
  names: readonly TargetName[],
  seconds: number,
  seed: number,
): Promise<boolean> {
  const stop = interruption();
  let isWhole = true;
  for (const name of names) {
    const until = performance.now() + (seconds * 1000) / names.length;
    try {
      const { cases, outcomes } = await fuzzTarget(name, { seed, cases: Infinity, until, stop });
      process.stdout.write(`${name}: ${cases} cases, ${outcomes} different outcomes\n`);
    } catch (error) {
      if (!(error instanceof Finding)) throw error;
      process.stdout.write(`${error.message}\n`);
      isWhole = false;
    }
    stop.throwIfAborted();
  }
  return isWhole;
}
