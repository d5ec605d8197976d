import { z } from 'zod';

import {
  GEOFENCE_NAME_EXPECTED,
  isGeofenceName,
  MAX_DWELL_S,
  MAX_RADIUS_M,
  MAX_VERTICES,
  MIN_RADIUS_M,
  MIN_VERTICES,
} from '../../service/geofences/check-geofence.ts';
import type { Geofence, GeofenceVertex } from '../../service/geofences/geofence.ts';
import { type RequestFault, faultsProblem } from '../http/check.ts';
import { latitudeSchema, longitudeSchema } from './location.ts';
import { bounded } from './parameters.ts';

/** The name of a geofence in a path. */
export const geofencePathSchema = z.strictObject({
  name: z
    .string({ error: GEOFENCE_NAME_EXPECTED })
    .refine(isGeofenceName, { error: GEOFENCE_NAME_EXPECTED })
    .describe(`The name of a geofence: ${GEOFENCE_NAME_EXPECTED}`),
});

const radiusSchema = bounded(MIN_RADIUS_M, MAX_RADIUS_M).describe('Metres');
const dwellSchema = bounded(0, MAX_DWELL_S).describe(
  'How long a client has to be inside before it has entered, in seconds by its reports; 0, the default: at once',
);
const shapeSchema = z.discriminatedUnion(
  'type',
  [
    z.strictObject({
      type: z.literal('circle'),
      latitude: latitudeSchema,
      longitude: longitudeSchema,
      radiusM: radiusSchema,
    }),
    z.strictObject({
      type: z.literal('polygon'),
      vertices: z
        .array(z.strictObject({ latitude: latitudeSchema, longitude: longitudeSchema }))
        .min(MIN_VERTICES)
        .max(MAX_VERTICES)
        .describe(
          'A ring, the last joined to the first, that does not cross itself or the antimeridian',
        ),
    }),
  ],
  { error: 'an object whose type is "circle" or "polygon"' },
);

/** A geofence as it is put. What a read answers can be put again. */
export const geofenceSchema = z
  .strictObject({
    name: z.string().optional().describe('That of the path, if it is here'),
    shape: shapeSchema,
    minimumDwellS: dwellSchema.optional(),
  })
  .describe('An area that clients enter and leave');

/** A geofence as it is answered. */
export const answeredSchema = geofenceSchema.required();

export const geofencesSchema = z.object({
  geofences: z.array(answeredSchema).describe('In the order of their names'),
});

const positionSchema = z.array(z.number()).min(2).max(3).describe('Longitude, latitude');
const geometrySchema = z.discriminatedUnion(
  'type',
  [
    z.looseObject({ type: z.literal('Point'), coordinates: positionSchema }),
    z.looseObject({
      type: z.literal('Polygon'),
      coordinates: z
        .array(
          z
            .array(positionSchema)
            .min(MIN_VERTICES + 1)
            .max(MAX_VERTICES + 1),
        )
        .length(1)
        .describe('One ring, whose last position is the first again'),
    }),
  ],
  { error: 'a Point, with radiusM in the properties, or a Polygon' },
);

/** A geofence as GeoJSON (RFC 7946). */
export const geofenceFeatureSchema = z
  .looseObject({
    type: z.literal('Feature'),
    geometry: geometrySchema,
    properties: z.looseObject({
      name: z.string().optional().describe('That of the path, if it is here'),
      radiusM: radiusSchema.optional().describe('Of a Point: metres'),
      minimumDwellS: dwellSchema.optional(),
    }),
  })
  .describe('An area that clients enter and leave (GeoJSON)');

export const geofenceCollectionSchema = z.object({
  type: z.literal('FeatureCollection'),
  features: z.array(geofenceFeatureSchema),
});

type Feature = z.infer<typeof geofenceFeatureSchema>;

/** A geofence as GeoJSON. A ring goes around to the left, as it has to there. */
export function toGeofenceFeature({ name, shape, minimumDwellS }: Geofence): Feature {
  const more = { type: 'Feature', id: name } as const;
  if (shape.type === 'circle') {
    const { radiusM } = shape;
    const geometry = { type: 'Point', coordinates: coordinatesOf(shape) } as const;
    return { ...more, geometry, properties: { name, radiusM, minimumDwellS } };
  }
  const ring = shape.vertices.map(coordinatesOf);
  if (!goesLeft(shape.vertices)) ring.reverse();
  const coordinates = [[...ring, ...ring.slice(0, 1)]];
  return {
    ...more,
    geometry: { type: 'Polygon', coordinates },
    properties: { name, minimumDwellS },
  };
}

/** The geofence of a name that was put as JSON. @throws {Problem} where it has another name */
export function fromJson(
  name: string,
  { name: said, shape, minimumDwellS = 0 }: z.infer<typeof geofenceSchema>,
): Geofence {
  requireSameName(name, said, 'name');
  return { name, shape, minimumDwellS };
}

/** The geofence of a name that was put as GeoJSON. @throws {Problem} where it is not one */
export function fromFeature(name: string, { geometry, properties }: Feature): Geofence {
  const { name: said, radiusM, minimumDwellS = 0 } = properties;
  requireSameName(name, said, 'properties.name');
  if (geometry.type === 'Polygon') {
    const [ring = []] = geometry.coordinates;
    return { name, shape: { type: 'polygon', vertices: openRing(ring) }, minimumDwellS };
  }
  if (radiusM === undefined) {
    throw fault('properties.radiusM', 'the radius in metres, since a Point is a circle');
  }
  return {
    name,
    shape: { type: 'circle', ...vertexOf(geometry.coordinates), radiusM },
    minimumDwellS,
  };
}

function requireSameName(name: string, said: string | undefined, member: string): void {
  if (said !== undefined && said !== name) throw fault(member, 'the name that the path has');
}

/** The vertices of a ring without the last, which is the first again. */
function openRing(ring: readonly (readonly number[])[]): readonly GeofenceVertex[] {
  const [first, ...rest] = ring.map(vertexOf);
  const last = rest.pop();
  if (first === undefined || last === undefined) return [];
  if (first.latitude !== last.latitude || first.longitude !== last.longitude) {
    throw fault('geometry.coordinates.0', 'the first position again as the last one');
  }
  return [first, ...rest];
}

function vertexOf([longitude = Number.NaN, latitude = Number.NaN]: readonly number[]) {
  return { latitude, longitude };
}

function coordinatesOf({ latitude, longitude }: GeofenceVertex): number[] {
  return [longitude, latitude];
}

/** Whether a ring goes around its area to the left: by the shoelace formula. */
function goesLeft(ring: readonly GeofenceVertex[]): boolean {
  let doubleArea = 0;
  for (const [index, a] of ring.entries()) {
    const b = ring[(index + 1) % ring.length] ?? a;
    doubleArea += a.longitude * b.latitude - b.longitude * a.latitude;
  }
  return doubleArea > 0;
}

function fault(member: string, expected: string) {
  const found: RequestFault = { in: 'body', member, expected };
  return faultsProblem([found]);
}
