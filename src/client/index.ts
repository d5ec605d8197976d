/**
 * A herd of location servers, from Node, Bun and browsers: reports, last locations, who is near, places, live events and
 * geofences, with failover between servers.
 *
 * @module
 */
export type { CallOptions } from './call-options.ts';
export type { CommonOptions } from './common-options.ts';
export {
  ClosedError,
  HerdError,
  InvalidArgumentError,
  OutcomeUnknownError,
  ProblemError,
  UnexpectedAnswerError,
  UnreachableError,
  type FailedAttempt,
  type ProblemCode,
} from './errors.ts';
export type { HerdEvent, LeaveReason } from './events.ts';
export type {
  Box,
  ClientFilter,
  EventFilter,
  ListFilter,
  NearFilter,
  PlacesFilter,
  Point,
} from './filters.ts';
export type { KnownAttributes } from '../protocol/attributes.ts';
export type { Geofence, GeofenceShape, GeofenceVertex } from './geofence.ts';
export type { Geofences } from './geofences.ts';
export { Herd } from './herd.ts';
export type { HeardServer, HerdStatus, Lag, LinkStatus, UnheardServer } from './herd-status.ts';
export type { LastSeen } from './last-seen.ts';
export type {
  ExtraAttributes,
  Location,
  NearbyLocation,
  NearbyPlaces,
  Place,
  Report,
} from './location.ts';
export type { HerdOptions } from './options.ts';
export type { DroppedReport, DropReason, SendCounts } from './report-sender.ts';
export type { ReportResult } from './reporter.ts';
export type { Subscription } from './subscription.ts';
