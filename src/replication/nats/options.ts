/** How a server reaches its herd's NATS cluster, and what it requires of it. */
export interface NatsOptions {
  /** The URLs of its servers, `nats://host:port` or `tls://host:port`; any that answers is used. */
  readonly servers: readonly string[];
  /** How a server shows who it is; `undefined`: it does not have to. */
  readonly credentials: NatsCredentials | undefined;
  /** The authority that the cluster's certificates are of, as PEM; `undefined`: those that the system trusts. */
  readonly authority: string | undefined;
  /** The JetStream domain of the streams, where they are behind a leaf node; `undefined`: that of the servers themselves. */
  readonly domain: string | undefined;
  /** What all subjects begin with: herds of one account differ by it. */
  readonly prefix: string;
  readonly interest: Interest;
  /** Over how many partitions, each a stream, the clients are spread. All servers of a herd have the same number. */
  readonly partitions: number;
  /** How many servers of the cluster keep each stream. */
  readonly replicas: number;
  readonly storage: 'file' | 'memory';
  /** After how long a stream drops a record, in milliseconds; `undefined`: never. */
  readonly maxAgeMs: number | undefined;
}

/** What a server holds: all clients, or a share of them and what it is asked for. */
export type Interest =
  | { readonly kind: 'all' }
  /** `mostResidents`: how many clients are kept at most beside the share. */
  | { readonly kind: 'used'; readonly mostResidents: number };

/** The text of a credentials file (a JWT and its seed), of a file with a seed, or a user's name and password. */
export type NatsCredentials =
  | { readonly kind: 'credentials'; readonly text: string }
  | { readonly kind: 'seed'; readonly text: string }
  | { readonly kind: 'password'; readonly user: string; readonly password: string };
