/** What was counted of all live streams since the server began. */
export interface LiveCounts {
  /** Events sent, counted once for each subscriber. */
  events: number;
  /**
   * Changes that came to no subscriber on their own, since their client had changed again by the time they were read:
   * counted for each subscriber that read past them, whatever its filter.
   */
  conflated: number;
  /** Subscribers that could not resume and started over. */
  resets: number;
}

/** Nothing yet. */
export function noLiveCounts(): LiveCounts {
  return { events: 0, conflated: 0, resets: 0 };
}
