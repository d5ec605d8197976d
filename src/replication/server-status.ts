import type { LagEntry } from './lag.ts';

/** How many things a server does a second, over the last ten seconds. */
export interface Rates {
  /** Reports of its own clients that it took. */
  readonly reports: number;
  /** Replies of the text protocol. */
  readonly replies: number;
  /** Questions for places. */
  readonly places: number;
}

/** What a server tells the herd of itself, beyond what replication knows. */
export interface ServerFacts {
  /** The version of its software. */
  readonly version: string;
  /** When it started, by its own clock, in milliseconds since the POSIX epoch. */
  readonly startedMs: number;
  /** The URL of its gateway as it is configured; `undefined` where it has none. */
  readonly gateway: string | undefined;
  /** Whether it has yet to read its journal. */
  readonly isReplaying: boolean;
  /** How many clients it knows. */
  readonly clients: number;
  /** How many clients are connected to it by the text protocol. */
  readonly connections: number;
  readonly rates: Rates;
  /** The memory that its process takes, in bytes; `undefined`: it does not say. */
  readonly memoryBytes: number | undefined;
}

/** One of a server's links, as the server at this end sees it. */
export interface LinkFacts {
  readonly neighbour: string;
  readonly isUp: boolean;
  /** Since when it is up, or down, by the clock of the server at this end; milliseconds since the POSIX epoch. */
  readonly sinceMs: number;
  /** What the neighbour lacks of all that the server at this end has: at most so many reports. */
  readonly reports: number;
  /** For how long it is known that the neighbour lacks something, in seconds. */
  readonly seconds: number;
}

/** What a server says of itself to the whole herd. */
export interface ServerStatus extends ServerFacts {
  readonly server: string;
  /** Which life of the server's statuses it is of, and its number in it, from 1. The greater one is the newer. */
  readonly epoch: number;
  readonly sequence: number;
  /** How often the server says such a thing, in milliseconds. */
  readonly everyMs: number;
  /** The number of its last change. */
  readonly seq: number;
  /** Its own reports: in which epoch they are numbered now, and up to which number. */
  readonly reports: { readonly epoch: number; readonly sequence: number };
  readonly links: readonly LinkFacts[];
  /** The origins whose records it lacks; if there are many, those of which it lacks most. */
  readonly lag: readonly LagEntry[];
}

/** A server of the herd, as far as it is known here. */
export interface KnownServer {
  readonly server: string;
  /** What it said last; `undefined` where another one has it as a neighbour, and it was never heard of. */
  readonly status: ServerStatus | undefined;
  /** How long ago it said that, in milliseconds. */
  readonly ageMs: number | undefined;
  /** Whether there is a way to it over links that are up, and it says something as often as it should. */
  readonly isReachable: boolean;
}
