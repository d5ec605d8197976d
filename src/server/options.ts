import type { Address } from '../herd/topology.ts';
import type { PlacesOptions } from '../places/options.ts';

/** How the end of a command is told: by its LF alone, or by 200 ms of silence as well. */
export type Framing = 'line' | 'idle';

/**
 * What the reply to an `IAMAT` promises: that its location is in this server's memory and was
 * written to its neighbours; that every linked neighbour has confirmed it as well; or that it is on
 * this server's disk as well.
 */
export type Acknowledge = 'received' | 'neighbours' | 'journaled';

/** A certificate chain and its private key, in PEM. The key is a secret. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** What the client port bears. Each bound is there so that no client can take what others need. */
export interface ClientLimits {
  /** The most connections in all; further ones are closed. */
  readonly connections: number;
  /** The most connections from one address; further ones are closed. */
  readonly connectionsPerAddress: number;
  /** The most commands of one connection that wait for their answer; meanwhile no more are read. */
  readonly commandsInFlight: number;
  /** A connection on which nothing is sent or awaited for so long is closed, in milliseconds. */
  readonly idleMs: number;
  /** Replies may wait unread for so long, in milliseconds; then the connection is closed. */
  readonly unreadMs: number;
  /** Commands a second from one address, and how many at once; `undefined`: as many as come. */
  readonly rate: { readonly perSecond: number; readonly burst: number } | undefined;
}

/** A neighbouring server and where its peer port is. */
export interface NeighbourAddress {
  readonly name: string;
  readonly peers: Address;
}

/** All that one server of a herd is told at its start. Nothing in it is optional: defaults are the command line's. */
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
  /**
   * The herd's secrets, the first of which this server uses when it dials; a neighbour may use any.
   * None: links are neither proven nor encrypted, which is for loopback alone.
   */
  readonly secrets: readonly string[];
  /** With one, the client port speaks TLS. */
  readonly clientCertificate: Certificate | undefined;
  readonly clientLimits: ClientLimits;
  readonly framing: Framing;
  readonly acknowledge: Acknowledge;
  /** The folder of this server's journal; it is made. `undefined` keeps locations in memory alone. */
  readonly journalFolder: string | undefined;
  /** Locations are forgotten when they are so old, in milliseconds; `undefined`: never. */
  readonly forgetMs: number | undefined;
  /** The most clients: the reports of further ones are refused. */
  readonly maxClients: number;
  readonly places: PlacesOptions;
  /** The path of this server's log file; its folder is made. `undefined` keeps no log. */
  readonly logFile: string | undefined;
}
