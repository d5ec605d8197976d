import KDBush from 'kdbush';

import type { Position } from '../../protocol/position.ts';
import { UpstreamError } from '../upstream-error.ts';

/** All cities, a column for each field: the same place in each column is the same city. */
export interface CityColumns {
  /** GeoNames' IDs. */
  readonly ids: Uint32Array;
  /** In units of 1 / `UNITS_PER_DEGREE`. */
  readonly latitudes: Int32Array;
  readonly longitudes: Int32Array;
  readonly populations: Uint32Array;
  /** Where in `names` a city's name ends. It begins where the one before it ends. */
  readonly nameEnds: Uint32Array;
  /** ISO 3166-1 alpha-2, the first letter in the high byte and the second in the low one. */
  readonly countries: Uint16Array;
  /** Places in `KINDS`. */
  readonly kinds: Uint8Array;
  /** UTF-8, without anything between two names. */
  readonly names: Uint8Array;
  /** The region that a city is in, as a place in the regions' own columns; or `NO_REGION`. */
  readonly regions: Uint16Array;
  /** Of the regions, as `nameEnds` and `names` of the cities. */
  readonly regionEnds: Uint32Array;
  readonly regionNames: Uint8Array;
}

/** The region of a city of which none is known. */
export const NO_REGION = 0xffff;

/** All cities and an index over where they are, in degrees: x is the longitude, y the latitude. */
export interface Cities extends CityColumns {
  readonly index: KDBush;
}

/** The source's unit of a coordinate: 1 / 100,000 degree. */
export const UNITS_PER_DEGREE = 1e5;

/** "GEON", read in the byte order of the machine; written by one of the other order, it is another number. */
const MAGIC = 0x4e4f4547;
/** To be raised with every change of the layout. */
const VERSION = 2;

/** The header's numbers: magic, version and the five of a `FileSize`. */
const HEADER_WORDS = 7;
/** After them the SHA-256 of what the file was built from. */
const HASH_BYTES = 32;
/** A multiple of 8, so that what follows is aligned. */
const HEADER_BYTES = 64;

/** The widths of a city's eight numbers: five of 4 bytes, two of 2, one of 1. */
const CITY_BYTES = 5 * 4 + 2 * 2 + 1;
/** The width of a region's one. */
const REGION_BYTES = 4;

/** In the order in which they stand in the header. */
interface FileSize {
  readonly count: number;
  readonly indexBytes: number;
  readonly nameBytes: number;
  readonly regionCount: number;
  readonly regionNameBytes: number;
}

function fileBytes(size: FileSize): number {
  const { count, indexBytes, nameBytes, regionCount, regionNameBytes } = size;
  const texts = nameBytes + regionNameBytes;
  return HEADER_BYTES + indexBytes + count * CITY_BYTES + regionCount * REGION_BYTES + texts;
}

/** The parts of a file, as views of it. The wider ones come first: so each is aligned without padding. */
function partsOf(buffer: ArrayBuffer, size: FileSize) {
  const { count, indexBytes, nameBytes, regionCount, regionNameBytes } = size;
  let end = HEADER_BYTES;
  const take = (bytes: number): number => {
    const start = end;
    end += bytes;
    return start;
  };
  const index = new Uint8Array(buffer, take(indexBytes), indexBytes);
  const columns: CityColumns = {
    ids: new Uint32Array(buffer, take(4 * count), count),
    latitudes: new Int32Array(buffer, take(4 * count), count),
    longitudes: new Int32Array(buffer, take(4 * count), count),
    populations: new Uint32Array(buffer, take(4 * count), count),
    nameEnds: new Uint32Array(buffer, take(4 * count), count),
    regionEnds: new Uint32Array(buffer, take(4 * regionCount), regionCount),
    countries: new Uint16Array(buffer, take(2 * count), count),
    regions: new Uint16Array(buffer, take(2 * count), count),
    kinds: new Uint8Array(buffer, take(count), count),
    names: new Uint8Array(buffer, take(nameBytes), nameBytes),
    regionNames: new Uint8Array(buffer, take(regionNameBytes), regionNameBytes),
  };
  return { index, columns };
}

/** @param inputsHash the SHA-256 of what `cities` was built from */
export function encodeCities(cities: Cities, inputsHash: Uint8Array): Uint8Array<ArrayBuffer> {
  const size: FileSize = {
    count: cities.ids.length,
    indexBytes: cities.index.data.byteLength,
    nameBytes: cities.names.length,
    regionCount: cities.regionEnds.length,
    regionNameBytes: cities.regionNames.length,
  };
  const buffer = new ArrayBuffer(fileBytes(size));
  const { count, indexBytes, nameBytes, regionCount, regionNameBytes } = size;
  const header = [MAGIC, VERSION, count, indexBytes, nameBytes, regionCount, regionNameBytes];
  new Uint32Array(buffer, 0, HEADER_WORDS).set(header);
  new Uint8Array(buffer, HEADER_WORDS * 4, HASH_BYTES).set(inputsHash);
  const { index, columns } = partsOf(buffer, size);
  index.set(new Uint8Array(cities.index.data));
  columns.ids.set(cities.ids);
  columns.latitudes.set(cities.latitudes);
  columns.longitudes.set(cities.longitudes);
  columns.populations.set(cities.populations);
  columns.nameEnds.set(cities.nameEnds);
  columns.countries.set(cities.countries);
  columns.kinds.set(cities.kinds);
  columns.names.set(cities.names);
  columns.regions.set(cities.regions);
  columns.regionEnds.set(cities.regionEnds);
  columns.regionNames.set(cities.regionNames);
  return new Uint8Array(buffer);
}

/** @throws {UpstreamError} where `file` is not a whole file of this version and byte order */
export function decodeCities(file: ArrayBuffer): Cities {
  const size = readSize(file);
  try {
    const { index: bytes, columns } = partsOf(file, size);
    // KDBush takes a buffer of its own only.
    const index = KDBush.from(bytes.slice().buffer);
    if (index.numItems === size.count) return { ...columns, index };
  } catch {
    // Whatever KDBush and the views say of their sizes comes to the same.
  }
  throw dataError('The index of the file is damaged.');
}

/** The SHA-256 of what `file` was built from. */
export function readInputsHash(file: Uint8Array): Uint8Array {
  return file.subarray(HEADER_WORDS * 4, HEADER_WORDS * 4 + HASH_BYTES);
}

function readSize(file: ArrayBuffer): FileSize {
  if (file.byteLength < HEADER_BYTES) throw dataError('The file has no whole header.');
  const [magic, version, ...sizes] = new Uint32Array(file, 0, HEADER_WORDS);
  if (magic !== MAGIC) {
    throw dataError('The file is not one of cities, or of a machine with another byte order.');
  }
  if (version !== VERSION) {
    throw dataError(
      `The file has version ${version} of its layout; version ${VERSION} was expected.`,
    );
  }
  const [count = 0, indexBytes = 0, nameBytes = 0, regionCount = 0, regionNameBytes = 0] = sizes;
  const size = { count, indexBytes, nameBytes, regionCount, regionNameBytes };
  if (file.byteLength !== fileBytes(size)) {
    throw dataError(`The file has ${file.byteLength} bytes; ${fileBytes(size)} were expected.`);
  }
  return size;
}

/** A column's value for a city. */
export function valueOf(column: ArrayLike<number>, city: number): number {
  const value = column[city];
  if (value === undefined) throw dataError(`There is no city ${city}.`);
  return value;
}

/** Where a city is; the very numbers of the source. */
export function coordinatesOf(cities: CityColumns, city: number): Position {
  return {
    latitude: valueOf(cities.latitudes, city) / UNITS_PER_DEGREE,
    longitude: valueOf(cities.longitudes, city) / UNITS_PER_DEGREE,
  };
}

/** The text at a place in a column of texts that stand one after the other. */
export function textAt(ends: Uint32Array, texts: Uint8Array, place: number): string {
  const start = place === 0 ? 0 : valueOf(ends, place - 1);
  return new TextDecoder().decode(texts.subarray(start, valueOf(ends, place)));
}

/** @param detail what is wrong with the file, for the operator */
export function dataError(detail: string): UpstreamError {
  return new UpstreamError({
    code: 'UPSTREAM_DATA',
    status: 'UNKNOWN_ERROR',
    message: 'The embedded places cannot be read.',
    detail,
  });
}
