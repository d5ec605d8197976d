import { isName } from '../../protocol/name.ts';
import type { Instant } from '../../protocol/timestamp.ts';
import { wholeMillisecondsOf } from '../../protocol/timestamp.ts';
import type { LocationStore } from '../../store/store.ts';
import type { VectorEntry } from '../../store/version-vector.ts';
import type { Lag, LagEntry } from '../lag.ts';
import type { LinkFacts, ServerFacts, ServerStatus } from '../server-status.ts';
import { MAX_STATUS_LAGS } from './status-text.ts';
import type { Vectors } from '../vectors/vectors.ts';

/** What a server says of itself, but for what makes it the newest status. */
type StatusBody = Omit<ServerStatus, 'server' | 'epoch' | 'sequence' | 'everyMs'>;

/** What is asked for what a server says of itself. */
interface OwnStatusParts {
  readonly membership: {
    readonly server: string;
    readonly epoch: () => number;
    readonly neighbours: readonly string[];
    readonly facts: () => ServerFacts;
  };
  readonly store: Pick<LocationStore, 'head'>;
  readonly vectors: Pick<Vectors, 'entries'>;
  readonly lag: () => Lag;
  /** The time of day. */
  readonly now: () => Instant;
}

/** What a server says of itself: its facts, its links and since when they are as they are, and its lag. */
export class OwnStatus {
  /** When this was made, by the time of day, in milliseconds since the POSIX epoch. */
  readonly createdMs: number;
  readonly #parts: OwnStatusParts;
  readonly #links = new Map<string, { readonly isUp: boolean; readonly sinceMs: number }>();

  constructor(parts: OwnStatusParts) {
    this.#parts = parts;
    this.createdMs = wholeMillisecondsOf(parts.now());
    for (const neighbour of parts.membership.neighbours) this.note(neighbour, false);
  }

  /** Notes that a link is up, or down, as of now. */
  note(neighbour: string, isUp: boolean): void {
    this.#links.set(neighbour, { isUp, sinceMs: wholeMillisecondsOf(this.#parts.now()) });
  }

  describe(): StatusBody {
    const { membership, store, vectors, lag } = this.#parts;
    const { server, facts } = membership;
    const epoch = membership.epoch();
    const isOwn = (entry: VectorEntry): boolean => entry.name === server && entry.epoch === epoch;
    const sequence = vectors.entries().find(isOwn)?.sequence ?? 0;
    const { origins, neighbours } = lag();
    const reports = { epoch, sequence };
    const links = this.#linksWith(neighbours);
    return { ...facts(), seq: store.head, reports, links, lag: greatest(origins) };
  }

  #linksWith(neighbours: readonly LagEntry[]): LinkFacts[] {
    const lags = new Map(neighbours.map((entry) => [entry.name, entry]));
    return Array.from(this.#links, ([neighbour, state]) => {
      const { reports = 0, seconds = 0 } = lags.get(neighbour) ?? {};
      return { neighbour, ...state, reports, seconds };
    });
  }
}

/**
 * The lags that are said: those of which something is missing, and of very many the greatest. A name that none of our
 * servers can have would make the status unreadable to neighbours.
 */
function greatest(lags: readonly LagEntry[]): LagEntry[] {
  const missing = lags.filter(({ name, reports }) => reports > 0 && isName(name));
  return missing.toSorted((a, b) => b.reports - a.reports).slice(0, MAX_STATUS_LAGS);
}
