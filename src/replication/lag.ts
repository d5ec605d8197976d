/** How far a server is behind. */
export interface LagEntry {
  /** The name of the origin that this server is behind, or of the neighbour that is behind this server. */
  readonly name: string;
  /**
   * How many reports are missing, at most: those among them that others of the same clients have superseded
   * are not sent any more. 0: nothing is missing.
   */
  readonly reports: number;
  /** For how long it is known that something is missing which still is, in seconds; looked at once a second. */
  readonly seconds: number;
}

/** How far servers are behind, as far as this one knows. What is on its way counts as missing. */
export interface Lag {
  /**
   * Of each server of which there are reports: what this server lacks of those that it was the first to accept,
   * and linked neighbours have. Without a link nothing is known to be missing.
   */
  readonly origins: readonly LagEntry[];
  /**
   * Of each neighbour that has been linked since this server started: what it lacks of all that this server
   * has. Where it is not linked now, what it said last counts.
   */
  readonly neighbours: readonly LagEntry[];
}
