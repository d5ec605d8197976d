/** A point of the border of a geofence, in degrees. */
export interface GeofenceVertex {
  readonly latitude: number;
  readonly longitude: number;
}

/** A circle around a point, or an area with a border of straight sides, the last vertex joined to the first. */
export type GeofenceShape =
  | {
      readonly type: 'circle';
      readonly latitude: number;
      readonly longitude: number;
      /** 1 to 1,000,000 m. */
      readonly radiusM: number;
    }
  | {
      readonly type: 'polygon';
      /** 3 to 256, without the first again at the end. */
      readonly vertices: readonly GeofenceVertex[];
    };

/** An area that clients enter and leave. */
export interface Geofence {
  /** 1 to 64 characters that can be seen, no white space around them. */
  readonly name: string;
  readonly shape: GeofenceShape;
  /** How long a client has to be inside before it has entered, in seconds by its reports; left out: 0. */
  readonly minimumDwellS?: number;
}
