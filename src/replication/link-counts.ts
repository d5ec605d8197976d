/** What was counted of the links with one neighbour, since this server began. */
export interface LinkCounts {
  /** How often a link came up. */
  ups: number;
  /** Failed attempts to bring up the link to a neighbour. */
  failures: number;
  /** Records that came from the neighbour. */
  received: number;
  /** Those among them that were news here. */
  newer: number;
  receivedBytes: number;
  sentBytes: number;
}

/** A neighbour, whether it is linked, and what was counted of it. */
export interface LinkStatus {
  readonly neighbour: string;
  readonly isUp: boolean;
  readonly counts: Readonly<LinkCounts>;
}

/** Nothing yet. */
export function noLinkCounts(): LinkCounts {
  return { ups: 0, failures: 0, received: 0, newer: 0, receivedBytes: 0, sentBytes: 0 };
}
