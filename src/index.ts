export type { PeerCertificate } from './transport/certificate-proof.ts';
export type { Certificate } from './transport/certificate.ts';
export type { ClientLimits, Framing } from './text/options.ts';
export type { Address } from './transport/address.ts';
export { formatAt, parseAt, type At } from './protocol/reply.ts';
export { parseCommand, type Command, type Iamat, type Whatsat } from './protocol/command.ts';
export { parsePosition, type Position } from './protocol/position.ts';
export type { HerdServer } from './server/herd-server.ts';
export { startServer } from './server/server.ts';
export {
  ListenError,
  LogError,
  OptionError,
  type ListenErrorCode,
  type PortKind,
} from './server/errors.ts';
export type { Acknowledge, NeighbourAddress, ServerOptions } from './server/options.ts';
export { JournalError, type JournalErrorCode } from './journal/journal-errors.ts';
export type { BudgetOptions, CacheOptions, CallOptions, PlacesOptions } from './places/options.ts';
export type { PlaceChoices } from './places/choices.ts';
export { PeerSecurityError, type PeerSecurityErrorCode } from './server/peer-security.ts';
export { CertificateError, type CertificateErrorCode } from './transport/certificate.ts';
