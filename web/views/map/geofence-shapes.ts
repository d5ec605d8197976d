import type { Feature, FeatureCollection, Position } from 'geojson';
import type { Geofence, GeofenceShape, GeofenceVertex } from 'proxy-herd/client';

/** Of the sphere that the herd measures distances on, in metres. */
const EARTH_RADIUS_M = 6_371_000;
/** A circle is drawn with so many sides. */
const SIDES = 72;
const RADIANS = Math.PI / 180;

/** The great-circle distance between two points, in metres (haversine formula). */
export function distanceM(a: GeofenceVertex, b: GeofenceVertex): number {
  const latitude = ((b.latitude - a.latitude) * RADIANS) / 2;
  const longitude = ((b.longitude - a.longitude) * RADIANS) / 2;
  const h =
    Math.sin(latitude) ** 2 +
    Math.cos(a.latitude * RADIANS) * Math.cos(b.latitude * RADIANS) * Math.sin(longitude) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(h)));
}

/**
 * The point at a distance from another one, on a great circle.
 *
 * @param bearingDeg from north over east
 * @returns a longitude beyond 180 where it is over the antimeridian
 */
export function pointAt(
  { latitude, longitude }: GeofenceVertex,
  bearingDeg: number,
  metres: number,
): GeofenceVertex {
  const angle = metres / EARTH_RADIUS_M;
  const bearing = bearingDeg * RADIANS;
  const from = latitude * RADIANS;
  const sine =
    Math.sin(from) * Math.cos(angle) + Math.cos(from) * Math.sin(angle) * Math.cos(bearing);
  const east = Math.atan2(
    Math.sin(bearing) * Math.sin(angle) * Math.cos(from),
    Math.cos(angle) - Math.sin(from) * sine,
  );
  return { latitude: Math.asin(sine) / RADIANS, longitude: longitude + east / RADIANS };
}

/** The border of a shape, closed, as GeoJSON writes positions. */
export function ringOf(shape: GeofenceShape): Position[] {
  const vertices =
    shape.type === 'polygon'
      ? shape.vertices
      : Array.from({ length: SIDES }, (_, n) => pointAt(shape, (n * 360) / SIDES, shape.radiusM));
  const ring = vertices.map(({ latitude, longitude }) => [longitude, latitude]);
  const [first] = ring;
  return first === undefined ? [] : [...ring, first];
}

/** Geofences as the map's library takes them. */
export function geofencesGeoJson(geofences: readonly Geofence[]): FeatureCollection {
  return {
    type: 'FeatureCollection',
    features: geofences.map(({ name, shape }): Feature => ({
      type: 'Feature',
      geometry: { type: 'Polygon', coordinates: [ringOf(shape)] },
      properties: { name },
    })),
  };
}
