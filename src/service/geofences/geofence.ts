/** A point on the map, in degrees (WGS 84): latitude -90 to 90, longitude -180 to 180. */
export interface GeofenceVertex {
  readonly latitude: number;
  readonly longitude: number;
}

/** All within `radiusM` metres of a point. */
export interface GeofenceCircle extends GeofenceVertex {
  readonly type: 'circle';
  readonly radiusM: number;
}

/**
 * All within a ring of three vertices or more, the last joined to the first, which does not cross itself. Its
 * sides are straight lines in latitude and longitude, and none of them crosses the antimeridian.
 */
interface GeofencePolygon {
  readonly type: 'polygon';
  readonly vertices: readonly GeofenceVertex[];
}

/** A named area, which clients enter and leave. */
export interface Geofence {
  readonly name: string;
  readonly shape: GeofenceCircle | GeofencePolygon;
  /** How long a client has to be inside before it counts as having entered, in seconds, by its reports' times; 0: at once. */
  readonly minimumDwellS: number;
}
