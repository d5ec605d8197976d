import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import {
  PlaceIndexError,
  UNITS_PER_DEGREE,
  type IndexedPlace,
  type PlaceKind,
} from '../place-index/place-index.ts';
import { recordText } from '../place-index/record.ts';
import { PlaceIndexWriter } from '../place-index/write-index.ts';
import { isPlaceType } from '../place-types.ts';
import { isTypeOfTags } from '../osm/kinds.ts';
import { OSM_ATTRIBUTION } from '../osm/place-of-tags.ts';
import { syncFolder } from '../../disk/sync-folder.ts';
import { ImportError } from './import-error.ts';
import { reasonOf } from './input-file.ts';
import type { ImportedPlace, PlaceReader, ReadingHooks } from './imported-place.ts';
import { KindTable } from './kind-table.ts';
import { PlaceSorter } from './sort-places.ts';

/** A format of inputs. */
interface Format {
  /** How the names of its files end. */
  readonly ends: readonly string[];
  /** What its data's licence asks to be shown. */
  readonly attributions: readonly string[];
  /** Loads what reads it. */
  readonly load: () => Promise<PlaceReader>;
}

const FORMATS: readonly Format[] = [
  {
    ends: ['.osm.pbf', '.pbf'],
    attributions: [OSM_ATTRIBUTION],
    load: async () => (await import('./read-osm.ts')).readOsm,
  },
  {
    ends: ['.geojson', '.json'],
    attributions: [],
    load: async () => (await import('./read-geojson.ts')).readGeoJson,
  },
  {
    ends: ['.csv', '.tsv'],
    attributions: [],
    load: async () => (await import('./read-csv.ts')).readCsv,
  },
];

/** What is imported, and where to. */
export interface ImportRequest {
  readonly input: string;
  readonly output: string;
  /** HTML that is shown with the places, besides what the format asks for. */
  readonly attributions: readonly string[];
}

/** What became of an import. */
export interface ImportSummary {
  readonly places: number;
  /** How many were the same as one before them: ID and position. */
  readonly duplicates: number;
  readonly sizeBytes: number;
  /** Types that are neither of the vocabulary nor what tags become, so that nobody can ask for them: each once. */
  readonly unknownTypes: readonly string[];
}

/**
 * Makes a place index of a file of places. It is there as a whole or not at all: what is not finished is in a folder beside it, which
 * is removed whatever happens.
 *
 * @throws {ImportError} where it cannot be done
 * @throws the signal's reason, once it is aborted
 */
export async function importPlaces(
  { input, output, attributions }: ImportRequest,
  hooks: ReadingHooks,
): Promise<ImportSummary> {
  const format = formatOf(input);
  await requireReplaceable(output, input);
  const read = await format.load();
  const folder = `${output}.importing-${process.pid}`;
  await writing(output, () => mkdir(folder));
  try {
    const sorter = new PlaceSorter(folder);
    const kinds = new KindTable();
    for await (const place of read(input, hooks)) {
      await writing(output, async () => sorter.add(indexedOf(place, kinds)));
    }
    hooks.signal.throwIfAborted();
    if (sorter.count === 0) {
      throw new ImportError('INPUT_NO_PLACES', `${input}: found no place that can be imported`);
    }
    const parts = { attributions: [...format.attributions, ...attributions], kinds: kinds.kinds };
    const written = await writing(output, () => write(folder, sorter, parts, hooks.signal));
    await writing(output, () => putInPlace(join(folder, UNFINISHED), output));
    return { ...written, unknownTypes: unknownTypes(kinds.kinds) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Nobody wants the input, or what is no file, to be replaced by an index: most likely a name was mistaken. */
async function requireReplaceable(output: string, input: string): Promise<void> {
  const [there, source] = await Promise.all([statusOf(output), statusOf(input)]);
  if (there === undefined) return;
  if (there.ino === source?.ino && there.dev === source.dev) {
    throw new ImportError('OUTPUT', `${output}: found the input itself, expected another file`);
  }
  if (!there.isFile()) {
    throw new ImportError('OUTPUT', `${output}: found no regular file, expected one or nothing`);
  }
}

/** `undefined` where it cannot be found out: reading or writing will say why. */
function statusOf(path: string): Promise<Stats | undefined> {
  return stat(path).catch(() => undefined);
}

/** The file in the folder of an import that becomes the index. */
const UNFINISHED = 'places.index';

function formatOf(input: string): Format {
  const name = input.toLowerCase();
  const format = FORMATS.find(({ ends }) => ends.some((end) => name.endsWith(end)));
  if (format !== undefined) return format;
  const ends = FORMATS.flatMap(({ ends }) => ends).join(', ');
  throw new ImportError(
    'INPUT_FORMAT',
    `${input}: expected a file whose name ends with one of ${ends}`,
  );
}

function indexedOf(place: ImportedPlace, kinds: KindTable): IndexedPlace {
  const { latitude, longitude, types, prominence, ...rest } = place;
  return {
    latitude: Math.round(latitude * UNITS_PER_DEGREE),
    longitude: Math.round(longitude * UNITS_PER_DEGREE),
    prominence,
    kind: kinds.numberOf(types),
    record: recordText({ ...rest, more: undefined }),
  };
}

/** How many records are written at once. */
const CHUNK_PLACES = 1024;

interface IndexParts {
  readonly attributions: readonly string[];
  readonly kinds: readonly PlaceKind[];
}

async function write(
  folder: string,
  sorter: PlaceSorter,
  parts: IndexParts,
  signal: AbortSignal,
): Promise<Omit<ImportSummary, 'unknownTypes'>> {
  await using file = await open(join(folder, UNFINISHED), 'wx');
  const writer = new PlaceIndexWriter(sorter.count);
  const hash = createHash('sha256');
  let [places, duplicates] = [0, 0];
  let before: IndexedPlace | undefined;
  let chunk: Uint8Array[] = [];
  const flush = async (): Promise<void> => {
    const bytes = Buffer.concat(chunk);
    chunk = [];
    hash.update(bytes);
    await file.writeFile(bytes);
  };
  for await (const place of sorter.sorted()) {
    if (before !== undefined && isSame(place, before)) {
      duplicates += 1;
      continue;
    }
    before = place;
    places += 1;
    chunk.push(writer.add(place));
    if (chunk.length < CHUNK_PLACES) continue;
    signal.throwIfAborted();
    await flush();
  }
  await flush();
  const madeFrom = hash.digest('hex');
  for (const part of writer.finish({ ...parts, madeFrom })) await file.writeFile(part);
  await file.sync();
  return { places, duplicates, sizeBytes: (await file.stat()).size };
}

/** Whether two places that follow each other are one that came twice. */
function isSame(a: IndexedPlace, b: IndexedPlace): boolean {
  const { latitude, longitude, record } = a;
  return latitude === b.latitude && longitude === b.longitude && record === b.record;
}

/** Renames into place, so that nobody ever reads half of it, and has the new name survive a crash. */
async function putInPlace(unfinished: string, output: string): Promise<void> {
  await rename(unfinished, output);
  await syncFolder(dirname(output));
}

function unknownTypes(kinds: readonly PlaceKind[]): string[] {
  const types = new Set(kinds.flatMap((kind) => kind.types));
  return [...types].filter((type) => !isPlaceType(type) && !isTypeOfTags(type)).sort();
}

/** What Node says of the output, in our words; any other error is passed on. */
async function writing<T>(output: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof PlaceIndexError) {
      throw new ImportError('OUTPUT', `${output}: ${error.message}`);
    }
    const reason = reasonOf(error);
    if (reason === undefined) throw error;
    throw new ImportError('OUTPUT', `${output}: it cannot be written: ${reason}`);
  }
}
