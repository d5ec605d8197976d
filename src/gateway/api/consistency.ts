import { Problem, retryAfter } from '../http/problems.ts';
import { faultsProblem } from '../http/check.ts';
import type { OriginSequence } from '../herd-source.ts';
import { formatVector, parseEntries } from '../vector-text.ts';

/** The header of the token, in answers to writes and in requests that read. */
const TOKEN_HEADER = 'Consistency-Token';

/** How long a read waits for what its token asks for, in milliseconds: many times what a report takes through a herd. */
const WAIT_MS = 5_000;
/** The most origins of a token: one for each server of a large herd. */
const MAX_ORIGINS = 64;

const EXPECTED = 'a token that a server of this herd has given';

/** A read that waits. */
interface Waiting {
  readonly wanted: readonly OriginSequence[];
  readonly goOn: () => void;
}

/**
 * Consistency tokens: the version vector of the server that took a report, of which each origin's present
 * epoch matters. A read with one waits until its own server has as much.
 */
export class Consistency {
  readonly #vector: () => readonly OriginSequence[];
  readonly #waiting = new Set<Waiting>();

  constructor(vector: () => readonly OriginSequence[]) {
    this.#vector = vector;
  }

  /** The token of what this server has now. */
  get token(): string {
    const newest = new Map<string, OriginSequence>();
    for (const entry of this.#vector()) {
      const known = newest.get(entry.name);
      if (known === undefined || known.epoch < entry.epoch) newest.set(entry.name, entry);
    }
    const parts = [...newest.values()].slice(0, MAX_ORIGINS);
    return formatVector(parts);
  }

  /**
   * Waits until this server has what a token asks for.
   *
   * @param header the token; `undefined` asks for nothing
   * @throws {Problem} where it is no token, or this server has not as much in time
   */
  async wait(header: string | undefined, signal: AbortSignal): Promise<void> {
    if (header === undefined) return;
    const wanted = parseToken(header);
    if (this.#missing(wanted).length === 0) return;
    await this.#until(wanted, signal);
    const missing = this.#missing(wanted);
    if (missing.length === 0) return;
    const names = missing.map(({ server }) => server).join(', ');
    const detail = `some reports of ${names} have not arrived within ${WAIT_MS / 1000} s`;
    throw new Problem('not-caught-up', detail, { missing }, retryAfter(1));
  }

  /** Looks again, at the end of a tick. */
  check(): void {
    for (const waiting of this.#waiting) {
      if (this.#missing(waiting.wanted).length === 0) waiting.goOn();
    }
  }

  #until(wanted: readonly OriginSequence[], signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const goOn = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', goOn);
        this.#waiting.delete(waiting);
        resolve();
      };
      const waiting: Waiting = { wanted, goOn };
      const timer = setTimeout(goOn, WAIT_MS);
      signal.addEventListener('abort', goOn);
      this.#waiting.add(waiting);
    });
  }

  #missing(wanted: readonly OriginSequence[]) {
    const have = new Map(this.#vector().map((each) => [keyOf(each), each.sequence]));
    return wanted.flatMap((each) => {
      const had = have.get(keyOf(each)) ?? 0;
      if (had >= each.sequence) return [];
      return [{ server: each.name, epoch: each.epoch, have: had, expected: each.sequence }];
    });
  }
}

function keyOf({ name, epoch }: OriginSequence): string {
  return `${epoch} ${name}`;
}

function parseToken(text: string): OriginSequence[] {
  const entries = parseEntries(text.split(',').map((part) => part.trim()));
  if (entries !== undefined && entries.length <= MAX_ORIGINS) return entries;
  throw faultsProblem([{ in: 'header', member: TOKEN_HEADER, expected: EXPECTED }]);
}
