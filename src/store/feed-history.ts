/** A place in one server's change feed, as its neighbours remember it. */
export interface FeedPosition {
  /** Which life of the feed: a server that starts again begins a new one. */
  readonly epoch: string;
  /** All changes up to this number have been read. */
  readonly number: number;
}

/** The lives of a feed before this one, whose numbers it goes on from. */
export interface FeedHistory {
  /** The last change that is kept of them all. */
  readonly head: number;
  /**
   * Each with the last of its changes that was kept. A neighbour may have read more of it, which
   * this server lost; those numbers stand for other changes now.
   */
  readonly past: readonly FeedPosition[];
}

/** The history of a feed that has none. */
export const NEW_FEED: FeedHistory = { head: 0, past: [] };

/**
 * How many lives are remembered: a neighbour that comes back after more restarts than this reads
 * from the start.
 */
const MAX_PAST_EPOCHS = 64;

/**
 * The history that the next life of a feed has.
 *
 * @param past the lives before the one that ends
 * @param epoch the life that ends, and `head` the last of its changes that is kept
 */
export function endEpoch(past: readonly FeedPosition[], epoch: string, head: number): FeedHistory {
  return { head, past: [...past, { epoch, number: head }].slice(-MAX_PAST_EPOCHS) };
}

/**
 * After which number of a feed a neighbour has to read on; 0, from the start, where its position
 * is not of this feed.
 *
 * @param head the last change of the feed's present epoch
 */
export function resumeNumber(
  position: FeedPosition | undefined,
  epoch: string,
  head: number,
  history: FeedHistory,
): number {
  if (position === undefined) return 0;
  if (position.epoch === epoch) return position.number <= head ? position.number : 0;
  const life = history.past.find((past) => past.epoch === position.epoch);
  return life === undefined ? 0 : Math.min(position.number, life.number);
}
