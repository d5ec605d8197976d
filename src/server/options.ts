import type { LogLevel } from './log-events.ts';
import type { HookOptions } from '../gateway/hooks/options.ts';
import type { MapOptions } from '../gateway/map/options.ts';
import type { AccessOptions } from '../access/rules.ts';
import type { Address } from '../transport/address.ts';
import type { NatsOptions } from '../replication/nats/options.ts';
import type { PlacesOptions } from '../places/options.ts';
import type { ClientLimits, Framing } from '../text/options.ts';
import type { PeerCertificate } from '../transport/certificate-proof.ts';
import type { Certificate } from '../transport/certificate.ts';

/**
 * What the reply to an `IAMAT` promises: that its location is in this server's memory and was
 * written to its neighbours; that every linked neighbour, or the NATS cluster, has confirmed it as well; or that it
 * is on this server's disk as well.
 */
export type Acknowledge = 'received' | 'neighbours' | 'replicated' | 'journaled';

/** A neighbouring server and where its peer port is. */
export interface NeighbourAddress {
  readonly name: string;
  readonly peers: Address;
}

/** All options of one server of a herd. Nothing in it is optional: the command line fills the defaults in. */
export interface ServerOptions {
  /** The herd's name; only servers of the same herd link. */
  readonly herd: string;
  /** This server's name. */
  readonly name: string;
  /** Where clients connect. Port 0 asks the system for a free one. */
  readonly clients: Address;
  /** Where neighbours connect. Port 0 asks the system for a free one. */
  readonly peers: Address;
  readonly neighbours: readonly NeighbourAddress[];
  /** The herd's NATS cluster, beside its links if it has any; `undefined`: links alone. */
  readonly nats: NatsOptions | undefined;
  /**
   * The herd's secrets, the first of which this server uses when it dials; a neighbour may use any.
   * None: links are neither proven nor encrypted, which is for loopback alone.
   */
  readonly secrets: readonly string[];
  /**
   * What this server proves itself with in place of a secret: its name in the herd is the one that the
   * certificate is of.
   */
  readonly peerCertificate: PeerCertificate | undefined;
  /** With one, the client port speaks TLS. */
  readonly clientCertificate: Certificate | undefined;
  /** Who may do what, by tokens; `undefined`: everybody everything. */
  readonly access: AccessOptions | undefined;
  /** Where HTTP callers connect; `undefined`: there is no gateway. Port 0 asks the system for a free one. */
  readonly gateway: Address | undefined;
  /** With one, the gateway speaks HTTPS. */
  readonly gatewayCertificate: Certificate | undefined;
  /** The origins whose pages may call the gateway (CORS), `*` for all; none: no page of another origin. */
  readonly gatewayOrigins: readonly string[];
  /** Where phones reach a gateway of the herd, without a slash at the end; `undefined`: as the caller does. */
  readonly gatewayUrl: string | undefined;
  /** The street map of the dashboard; `undefined`: it shows the one that it has itself. */
  readonly map: MapOptions | undefined;
  /** Where events are posted. */
  readonly hooks: readonly HookOptions[];
  readonly clientLimits: ClientLimits;
  readonly framing: Framing;
  readonly acknowledge: Acknowledge;
  /** The folder of this server's journal; it is made. `undefined` keeps locations in memory alone. */
  readonly journalFolder: string | undefined;
  /** Locations are forgotten when they are so old, in milliseconds; `undefined`: never. */
  readonly forgetMs: number | undefined;
  /** That a client was removed is forgotten after so long, in milliseconds. */
  readonly tombstoneGraceMs: number;
  /** The most clients: the reports of further ones are refused. */
  readonly maxClients: number;
  /**
   * How much memory locations may take, in bytes: reports of new clients, and longer lines of known ones,
   * are refused beyond it.
   */
  readonly maxMemoryBytes: number;
  readonly places: PlacesOptions;
  /** The path of this server's log file; its folder is made. `undefined` keeps no log. */
  readonly logFile: string | undefined;
  /** The least level of the events that are logged: `info` has all of them. */
  readonly logLevel: LogLevel;
}
