import type { RecordView } from '../../store/record.ts';
import type { Applied } from '../../store/store.ts';
import type { FloodTrace } from './flood-trace.ts';
import type { Inbound } from './inbound.ts';
import { NO_ORIGIN } from '../vectors/origins.ts';
import type { Vectors } from '../vectors/vectors.ts';

/**
 * After how many records of one origin in a row that a neighbour brought second it is asked to prune
 * that origin: fewer could be a coincidence, more are as many messages for nothing.
 */
const PRUNE_AFTER = 5;

/** A linked neighbour from which records come. */
export interface Source {
  readonly name: string;
  readonly inbound: Inbound;
}

/**
 * Which neighbour brings each origin's records first. The neighbours that keep bringing it second are asked to
 * prune that origin, so that in a steady herd each record comes to each server once; when the first one
 * fails or falls behind, it is grafted at the others, and the first is determined again.
 */
export class Sources {
  readonly #vectors: Vectors;
  readonly #linked: () => Source[];
  readonly #trace: Pick<FloodTrace, 'note'>;
  /** Which neighbour, by its name, brought a record of each origin first, last time. */
  readonly #first = new Map<number, string>();

  /**
   * @param linked the neighbours with which a link is up
   * @param trace is told of each record
   */
  constructor(vectors: Vectors, linked: () => Source[], trace: Pick<FloodTrace, 'note'>) {
    this.#vectors = vectors;
    this.#linked = linked;
    this.#trace = trace;
  }

  /**
   * Notes a record that a neighbour has sent.
   *
   * @param wasClaimed whether this server's vector covered it before
   * @returns whether something is to be said of it
   */
  take(source: Source, record: RecordView, applied: Applied, wasClaimed: boolean): boolean {
    const origin = this.#vectors.take(record, applied);
    if (origin === NO_ORIGIN) return false;
    this.#trace.note(origin, record, source.name, applied);
    if (applied === 'newer') {
      // What was on its way when the neighbour was asked to prune it does not count.
      if (source.inbound.streams(origin)) this.#first.set(origin, source.name);
      source.inbound.noteFirst(origin);
      return false;
    }
    const isSecond = applied === 'same' || wasClaimed || this.#vectors.isOwnPresent(origin);
    if (!isSecond || !source.inbound.noteSecond(origin, PRUNE_AFTER)) return false;
    this.#pruneOneOf(origin, source);
    return true;
  }

  /** Notes that a neighbour has sent everything up to here; what it said of itself may be claimed now. */
  noteCheckpoint(source: Source): void {
    source.inbound.addCheckpoint();
    const linked = this.#linked();
    this.#vectors.adopt(linked.map(({ inbound }) => inbound.checkpoints));
  }

  /** Grafts what a neighbour has had for some time and nobody else has brought. To be called four times a second. */
  graftMissing(source: Source): void {
    const { vector, received, highest } = this.#vectors;
    source.inbound.graftMissing((origin) => {
      const claimed = vector.of(origin);
      const seen = Math.max(received.of(origin), highest.of(origin), claimed);
      return { claimed, seen };
    });
  }

  /** Notes that a neighbour's link has ended: what it brought first is to come from others. */
  noteEnded(name: string): void {
    const linked = this.#linked().filter((source) => source.name !== name);
    for (let origin = 0; origin < this.#vectors.origins.count; origin++) {
      const isFirst = this.#first.get(origin) === name;
      if (isFirst) this.#first.delete(origin);
      const isStreamed = linked.some(({ inbound }) => inbound.streams(origin));
      if (!isFirst && isStreamed) continue;
      for (const { inbound } of linked) inbound.graft(origin);
    }
  }

  /**
   * Of two neighbours that bring an origin's records one is asked to prune them: the second, but not where
   * that is the origin itself, which sends its own to all its neighbours. This server's own earlier epochs are
   * as any other origin: what it has of them it learns from a neighbour that streams them.
   */
  #pruneOneOf(origin: number, second: Source): void {
    if (this.#vectors.isOwnPresent(origin)) return second.inbound.prune(origin);
    const name = this.#first.get(origin);
    const first = this.#linked().find((source) => source.name === name);
    if (first === undefined || first.name === second.name) return;
    if (!first.inbound.streams(origin)) return;
    if (second.name !== this.#vectors.origins.at(origin).name) {
      return second.inbound.prune(origin);
    }
    first.inbound.prune(origin);
    this.#first.set(origin, second.name);
  }
}
