export type GeofenceErrorCode =
  | 'NAME_INVALID'
  | 'POSITION_INVALID'
  | 'RADIUS_INVALID'
  | 'VERTICES_INVALID'
  | 'DWELL_INVALID';

/** A geofence has a value that it cannot have. */
export class GeofenceError extends Error {
  override readonly name = 'GeofenceError';
  readonly code: GeofenceErrorCode;

  constructor(code: GeofenceErrorCode, what: string, found: unknown, expected: string) {
    super(`${what}: found ${String(found)}, expected ${expected}`);
    this.code = code;
  }
}
