/** A client's newest report that was answered. */
export interface Answered {
  /** The number that its time was made of; later reports have greater ones. */
  readonly number: bigint;
  /** The reply: the `AT` line without its LF. */
  readonly at: string;
}

/** What the herd has promised: by client, the newest report that was answered. */
export class Ledger {
  readonly #newest = new Map<string, Answered>();
  #answers = 0;

  /** How many reports were answered. */
  get answers(): number {
    return this.#answers;
  }

  /** How many clients there are. */
  get clients(): number {
    return this.#newest.size;
  }

  /** Notes the reply to a client's report, which is newer than all its reports before. */
  answered(client: string, at: string): void {
    this.#answers += 1;
    this.#newest.set(client, { number: timeOf(at) ?? 0n, at });
  }

  /** What is promised at this moment. */
  snapshot(): Map<string, Answered> {
    return new Map(this.#newest);
  }
}

/**
 * Whether what a server says of a client keeps the promise: the very line, or a newer one. A newer
 * one is of a report whose reply the client did not get, as when the server was killed meanwhile; it may
 * have the same time, and was received later then.
 */
export function isKept(promised: Answered, found: string | undefined): boolean {
  if (found === undefined) return false;
  if (found === promised.at) return true;
  const number = timeOf(found);
  if (number === undefined || number < promised.number) return false;
  return number > promised.number || skewOf(found) > skewOf(promised.at);
}

/** The client's time of an `AT` line, in nanoseconds. */
function timeOf(at: string): bigint | undefined {
  const [, seconds, decimals = ''] = / (\d+)(?:\.(\d{1,9}))?$/.exec(at) ?? [];
  return seconds === undefined ? undefined : BigInt(seconds + decimals.padEnd(9, '0'));
}

/** The skew of an `AT` line, in nanoseconds. */
function skewOf(at: string): bigint {
  const [, sign = '', seconds = '', decimals = ''] = /^AT \S+ ([+-])(\d+)\.(\d{9}) /.exec(at) ?? [];
  return BigInt(`${sign === '-' ? '-' : ''}${seconds}${decimals}`);
}
