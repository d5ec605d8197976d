/** Up to which sequence number a server has all of an origin's records, or newer ones of their clients. */
export interface VectorEntry {
  /** The origin's name. */
  readonly name: string;
  /** Which of its lives. */
  readonly epoch: number;
  readonly sequence: number;
}

/** What a server has of every origin. An origin that is not in it: nothing is claimed of that. */
export type VersionVector = readonly VectorEntry[];
