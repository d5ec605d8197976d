// A build step, run by node after tsc: makes the file that the provider `geonames` answers from out of
// the data of GeoNames and OurAirports. Where nothing that it depends on has changed, it does nothing.
import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { PlaceIndexError } from '../place-index/place-index.ts';
import { openPlaceIndex } from '../place-index/read-index.ts';
import { buildPlaces } from './build-places.ts';
import {
  AIRPORTS_SOURCE,
  MOVED_SOURCE,
  PLACES_SOURCE,
  readAirports,
  readCities,
  readMoved,
  readRegions,
  REGIONS_SOURCE,
} from './build-sources.ts';
import { PLACES_FILE } from './provider.ts';

/** All that the output depends on. */
const INPUTS = [
  'build-places.js',
  'build-sources.js',
  'kinds.js',
  'names-by-script.js',
  '../place-index/hilbert.js',
  '../place-index/layout.js',
  '../place-index/place-index.js',
  '../place-index/record.js',
  '../place-index/write-index.js',
  '../place-types.js',
].map((file) => new URL(file, import.meta.url));
const SOURCES = [PLACES_SOURCE, MOVED_SOURCE, REGIONS_SOURCE, AIRPORTS_SOURCE];

async function hashInputs(): Promise<string> {
  const hash = createHash('sha256');
  for (const input of [...INPUTS, ...SOURCES]) hash.update(await readFile(input));
  return hash.digest('hex');
}

/** Whether there is an output that was made from inputs with this hash. */
async function isUpToDate(inputsHash: string): Promise<boolean> {
  try {
    const index = await openPlaceIndex(PLACES_FILE);
    await index.close();
    return index.madeFrom === inputsHash;
  } catch (error) {
    // A missing file, or one of another version, is rebuilt.
    if (error instanceof PlaceIndexError) return false;
    throw error;
  }
}

const inputsHash = await hashInputs();
if (!(await isUpToDate(inputsHash))) {
  const source = {
    cities: await readCities(),
    airports: await readAirports(),
    regions: await readRegions(),
    moved: await readMoved(),
  };
  // Renamed into place, so that nobody ever reads half of it.
  const unfinished = new URL(`${PLACES_FILE.href}.${process.pid}`);
  await writeFile(unfinished, buildPlaces(source, inputsHash));
  await rename(unfinished, PLACES_FILE);
  const count = source.cities.length + source.airports.length;
  console.log(`Wrote ${count} places to ${fileURLToPath(PLACES_FILE)}`);
}
