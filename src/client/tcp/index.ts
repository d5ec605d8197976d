/**
 * A herd of location servers over the text protocol, from Node and Bun: reports and questions for places, pipelined on one
 * connection, with failover between servers.
 *
 * @module
 */
export type { CallOptions } from '../call-options.ts';
export type { CommonOptions } from '../common-options.ts';
export {
  ClosedError,
  HerdError,
  InvalidArgumentError,
  UnexpectedAnswerError,
  UnreachableError,
  type FailedAttempt,
} from '../errors.ts';
export type { DroppedReport, DropReason, SendCounts } from '../report-sender.ts';
export type { TlsOptions } from './open-socket.ts';
export type { TcpHerdOptions } from './options.ts';
export type { TcpNearbyPlaces, TcpPlace } from './places.ts';
export type { TcpLocation } from './reply.ts';
export { PlacesFailedError, RefusedError, TokenRefusedError } from './tcp-errors.ts';
export { TcpHerd, type TcpPlacesFilter, type TcpReport } from './tcp-herd.ts';
