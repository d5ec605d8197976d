import type { Location } from '../../store/location.ts';

/** Why a client left: by a fix that is outside, or because it, or the geofence, is not there any more. */
export type LeaveReason = 'moved' | 'geofence-removed' | 'client-removed' | 'client-forgotten';

/** The record that made a client enter or leave. */
export interface RecordIdentity {
  /** The name of its origin, of one character a byte. */
  readonly origin: string;
  readonly epoch: number;
  readonly sequence: number;
}

/** A client has entered or left a geofence. */
export interface Transition {
  readonly kind: 'enter' | 'leave';
  /** Its name. */
  readonly geofence: string;
  /** The bytes of its ID. */
  readonly client: Buffer;
  /** Why it left; `undefined`: it has entered. */
  readonly reason: LeaveReason | undefined;
  /** The fix that shows it; `undefined` where it is none that does, and once the client was removed. */
  readonly location: Location | undefined;
  /** Where the client was last, in 1e-7 degree. */
  readonly latitudeE7: number;
  readonly longitudeE7: number;
  /** The client's record that made it; `undefined` where it was none. */
  readonly record: RecordIdentity | undefined;
  /** The server that accepted the client's last report, or removal. */
  readonly origin: string;
  /** When this server noticed it, in milliseconds since the POSIX epoch. */
  readonly noticedMs: number;
}
