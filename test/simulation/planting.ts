import type { LoadHook } from 'node:module';

/** Something that is put into the built code as it is loaded. */
export interface Plant {
  /** The built file, below `dist/`. */
  readonly file: string;
  /** A text that stands in it once, and what takes its place. */
  readonly find: string;
  readonly replace: string;
}

/** The name of a global function that a plant of the simulation calls for each checkpoint that does not fit. */
export const PASSED_OVER = 'notePassedOver';

let planted: Plant | undefined;

/** Called once by the module loader, which runs these hooks: says what to plant. */
export function initialize(plant: Plant): void {
  planted = plant;
}

/** Loads a module; the plant's file with the plant in it. */
export const load: LoadHook = async (url, context, nextLoad) => {
  const loaded = await nextLoad(url, context);
  if (planted === undefined || !url.endsWith(`/dist/${planted.file}`)) return loaded;
  const { file, find, replace } = planted;
  const { source } = loaded;
  const text = typeof source === 'string' ? source : Buffer.from(source as Uint8Array).toString();
  const parts = text.split(find);
  if (parts.length !== 2) throw new Error(`"${find}" must stand once in ${file}`);
  return { ...loaded, source: parts.join(replace) };
};
