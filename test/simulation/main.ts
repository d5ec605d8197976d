import { register } from 'node:module';
import { parseArgs } from 'node:util';
import { PASSED_OVER, type Plant } from './planting.ts';

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
  let checkpointsPassedOver = 0;
  Object.assign(globalThis, { [PASSED_OVER]: () => (checkpointsPassedOver += 1) });
  const start = performance.now();
  const { runs, counts, failure } = await runSeeds(first, count);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const sums = Object.entries({ ...counts, checkpointsPassedOver }).map(
    ([name, sum]) => `${inWords(name)} ${sum}`,
  );
  console.log(`${runs} runs kept every promise, in ${seconds} s: ${sums.join(', ')}`);
  if (failure === undefined) return 0;
  console.log(`seed ${failure.seed} did not: ${failure.message}`);
  console.log(`again: npm run simulate -- --seeds 1 --seed ${failure.seed}`);
  return 1;
}

function inWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Counts the checkpoints that are not adopted since what is pruned there is not accounted for. */
const counting: Plant = {
  file: 'replication/vectors/adoption.js',
  find: 'const fits = checkpoint === undefined || isAccountedFor(checkpoint, claimed);',
  replace: `const fits = checkpoint === undefined || isAccountedFor(checkpoint, claimed);
        if (!fits) globalThis.${PASSED_OVER}();`,
};
// By another name, since the mutants' planting is a module of its own state.
register('./planting.js?counting', { parentURL: import.meta.url, data: counting });
// What is planted is planted as a module is loaded.
const { runSeeds } = await import('./seeds.ts');
process.exitCode = await main();
