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
export type {
  ExtraAttributes,
  KnownAttributes,
  Location,
  NearbyLocation,
  NearbyPlaces,
  Place,
  Report,
} from './location.ts';
export type { DroppedReport, DropReason, SendCounts } from './report-sender.ts';
