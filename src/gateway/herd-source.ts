/** Up to which sequence number a server has the records of an origin, or newer ones of their clients. */
export interface OriginSequence {
  /** The origin's name. */
  readonly name: string;
  /** Which of its lives, in milliseconds since 1970. */
  readonly epoch: number;
  readonly sequence: number;
}

/** How far a server is behind: how many reports are missing at most, and for how long it is known. */
export interface LagEntry {
  readonly name: string;
  readonly reports: number;
  readonly seconds: number;
}

/** What there is to know of a server and its place in the herd. */
export interface HerdSource {
  readonly herd: string;
  readonly server: string;
  readonly version: string;
  /** The names of its neighbours, and whether they are linked. */
  readonly links: () => readonly { readonly neighbour: string; readonly isUp: boolean }[];
  /** What it has of every origin. */
  readonly vector: () => readonly OriginSequence[];
  /** How far it is behind each origin, and its neighbours behind it. */
  readonly lag: () => {
    readonly origins: readonly LagEntry[];
    readonly neighbours: readonly LagEntry[];
  };
  /** Whether it has yet to read its journal. */
  readonly isReplaying: () => boolean;
}
