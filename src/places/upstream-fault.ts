import { LRUCache } from 'lru-cache';

/** Of equal faults one is reported in this time, in milliseconds, so that many do not fill the log. */
const INTERVAL_MS = 60_000;

/** The most kinds of faults that are distinguished: there are some tens, unless an upstream makes them up. */
const MAX_KINDS = 100;

/** An upstream's failure, or the cache's, for the operator. */
export interface UpstreamFault {
  /** The provider's name. */
  readonly provider: string;
  /** An `UpstreamErrorCode`, a `ShelfErrorCode`, or `INTERNAL` for an error of ours. */
  readonly code: string;
  /** The cause in words. Has no key. */
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
  const kinds = new LRUCache<string, { readonly reportedMs: number; leftOut: number }>({
    max: MAX_KINDS,
  });
  return (fault) => {
    const key = `${fault.code} ${fault.text}`;
    const kind = kinds.get(key);
    if (kind !== undefined && now() - kind.reportedMs < INTERVAL_MS) {
      kind.leftOut += 1;
      return;
    }
    kinds.set(key, { reportedMs: now(), leftOut: 0 });
    const leftOut = kind?.leftOut ?? 0;
    const text =
      leftOut === 0 ? fault.text : `${fault.text} (${leftOut} more since the last report.)`;
    onFault({ ...fault, text });
  };
}
