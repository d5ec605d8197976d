import { readFileSync } from 'node:fs';
import type { LoadHook } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutants.ts';

let planted: Mutant | undefined;

/** Called once by the module loader, which runs these hooks: says what to plant. */
export function initialize(mutant: Mutant): void {
  planted = mutant;
}

/** Loads a module; the mutant's file with its fault in it. */
export const load: LoadHook = (url, context, nextLoad) => {
  if (planted === undefined || !url.endsWith(`/dist/${planted.file}`))
    return nextLoad(url, context);
  const { file, find, replace } = planted;
  const parts = readFileSync(fileURLToPath(url), 'utf8').split(find);
  if (parts.length !== 2) throw new Error(`"${find}" must stand once in ${file}`);
  return { format: 'module', shortCircuit: true, source: parts.join(replace) };
};
