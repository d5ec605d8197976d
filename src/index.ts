export { formatAt, parseAt, type At } from './protocol/reply.ts';
export { parseCommand, type Command, type Iamat, type Whatsat } from './protocol/command.ts';
export { parsePosition, type Position } from './protocol/position.ts';
export { startServer, type HerdServer } from './server/server.ts';
export { ListenError, LogError, type ListenErrorCode, type PortKind } from './server/errors.ts';
export type {
  Acknowledge,
  Certificate,
  ClientLimits,
  Framing,
  NeighbourAddress,
  ServerOptions,
} from './server/options.ts';
export { JournalError, type JournalErrorCode } from './locations/journal-errors.ts';
export type { Address } from './herd/topology.ts';
export type {
  BudgetOptions,
  CacheOptions,
  CallOptions,
  PlacesOptions,
  UpstreamOptions,
} from './places/options.ts';
export { PeerSecretError, type PeerSecretErrorCode } from './herd/peer-secrets.ts';
export { CertificateError, type CertificateErrorCode } from './server/certificate.ts';
