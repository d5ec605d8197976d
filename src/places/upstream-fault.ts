import { LRUCache } from 'lru-cache';

/** Of equal faults, one in this time is told, in milliseconds: a storm is to fill no log. */
const INTERVAL_MS = 60_000;

/** The most kinds of faults that are told apart: there are some tens, unless an upstream makes them up. */
const MAX_KINDS = 100;

/** An upstream's failure, or the cache's, for the operator. */
export interface UpstreamFault {
  /** The provider's name. */
  readonly provider: string;
  /** An `UpstreamErrorCode`, a `ShelfErrorCode`, or `INTERNAL` for an error of ours. */
  readonly code: string;
  /** The cause in words. Holds no key. */
  readonly text: string;
}

/**
 * Passes on equal faults once a minute. The next one of its kind then says how many were left out.
 *
 * @param now a clock in milliseconds
 */
export function limitFaults(
  onFault: (fault: UpstreamFault) => void,
  now: () => number,
): (fault: UpstreamFault) => void {
  const kinds = new LRUCache<string, { readonly toldMs: number; leftOut: number }>({
    max: MAX_KINDS,
  });
  return (fault) => {
    const key = `${fault.code} ${fault.text}`;
    const kind = kinds.get(key);
    if (kind !== undefined && now() - kind.toldMs < INTERVAL_MS) {
      kind.leftOut += 1;
      return;
    }
    kinds.set(key, { toldMs: now(), leftOut: 0 });
    const leftOut = kind?.leftOut ?? 0;
    const text = leftOut === 0 ? fault.text : `${fault.text} (${leftOut} more since it was told.)`;
    onFault({ ...fault, text });
  };
}
