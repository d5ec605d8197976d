import { parseArgs } from 'node:util';
import { runSeeds } from './seeds.ts';

const USAGE = `npm run simulate -- [--seeds N] [--seed FIRST]
  Runs N simulations (1,000) from seed FIRST (1), until one breaks a promise.`;

/** Runs many simulations from the command line; says how to run one that failed again. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  const [first, count] = [Number(values.seed), Number(values.seeds)];
  if (values.help || !Number.isSafeInteger(first) || !Number.isSafeInteger(count)) {
    console.log(USAGE);
    return values.help ? 0 : 2;
  }
  const start = performance.now();
  const { figures, failure } = await runSeeds(first, count);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const { runs, servers, reports, faults } = figures;
  console.log(
    `${runs} runs kept every promise: ${servers} servers, ${reports} reports, ${faults} faults, ${seconds} s`,
  );
  if (failure === undefined) return 0;
  console.log(`seed ${failure.seed} did not: ${failure.message}`);
  console.log(`again: npm run simulate -- --seeds 1 --seed ${failure.seed}`);
  return 1;
}

process.exitCode = await main();
