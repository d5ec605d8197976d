import { isObject } from './answers.ts';

/** How far something is behind. */
export interface Lag {
  /** How many reports are missing, at most. */
  readonly reports: number;
  /** For how many seconds it is known that something is missing. */
  readonly seconds: number;
}

/** A link of a server with a neighbour. */
export interface LinkStatus {
  readonly neighbour: string;
  readonly up: boolean;
  /** Since when it is up, or down, by the server's own clock (RFC 3339). */
  readonly since: string;
  /** What the neighbour lacks of all that the server has. */
  readonly lag: Lag;
}

/** A server that others have as a neighbour, and that was never heard of. */
export interface UnheardServer {
  readonly server: string;
  readonly state: 'reachable' | 'unreachable';
  readonly lastHeardAt: null;
}

/** A server of a herd, by what it says of itself. Times are RFC 3339. */
export interface HeardServer {
  readonly server: string;
  /** Unreachable: what follows is what it said last. */
  readonly state: 'reachable' | 'unreachable';
  /** When it said what follows, by the clock of the server that answers. */
  readonly lastHeardAt: string;
  readonly version: string;
  readonly startedAt: string;
  /** The URL of its gateway, as it is configured. */
  readonly gateway: string | null;
  /** Whether it has yet to read its journal. */
  readonly replaying: boolean;
  /** How many clients it knows. */
  readonly clients: number;
  /** How many clients are connected to it by the text protocol. */
  readonly connections: number;
  /** A second, over the last ten. */
  readonly rates: { readonly reports: number; readonly replies: number; readonly places: number };
  /** The memory that its process takes; `null` where its version does not say it. */
  readonly memoryBytes: number | null;
  /** The number of its last change. */
  readonly seq: number;
  /** In which epoch its own reports are numbered now, and up to which number. */
  readonly reports: { readonly epoch: number; readonly sequence: number };
  readonly links: readonly LinkStatus[];
  /** What it lacks of the reports of other servers, where it lacks something. */
  readonly lag: readonly (Lag & { readonly server: string })[];
  /** Of the server that answers: up to which report of each server it has all, or newer ones. */
  readonly vector?: readonly {
    readonly server: string;
    readonly epoch: number;
    readonly sequence: number;
  }[];
}

/** A herd, as the server that answers knows it. */
export interface HerdStatus {
  readonly herd: string;
  /** Whether the server that answers is connected to NATS, if the herd uses it. */
  readonly nats?: 'connected' | 'away';
  /** The one that answers first, the others by name. */
  readonly servers: readonly (HeardServer | UnheardServer)[];
}

/** Whether an answer is the status of a herd. */
export function isStatus(value: unknown): value is HerdStatus {
  return isObject(value) && typeof value['herd'] === 'string' && Array.isArray(value['servers']);
}
