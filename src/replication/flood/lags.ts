import type { Lag, LagEntry } from '../lag.ts';
import type { Inbound } from './inbound.ts';
import { LagClock } from './lag-clock.ts';
import { LagWatch, type LagChange } from './lag-watch.ts';
import type { SequenceNumbers } from '../vectors/sequence-numbers.ts';
import type { Source } from './sources.ts';
import type { Vectors } from '../vectors/vectors.ts';

/** A neighbour that is or was linked, and since when it lacks what it lacks. */
interface LinkedNeighbour {
  readonly said: Pick<Inbound, 'vector'>;
  readonly clock: LagClock;
}

/**
 * What this server lacks of each origin that linked neighbours have, and its neighbours lack of what this server
 * has. It goes by the version vectors that neighbours send anyway, and is looked at once a second, so a report
 * costs nothing. A neighbour's own lag goes by what it said last: while it is not linked it grows.
 */
export class Lags {
  readonly #vectors: Vectors;
  readonly #linked: () => readonly Source[];
  readonly #nowMs: () => number;
  readonly #clock = new LagClock();
  readonly #neighbours = new Map<string, LinkedNeighbour>();
  readonly #originWatch: LagWatch;
  readonly #neighbourWatch: LagWatch;

  /**
   * @param linked the neighbours with which a link is up
   * @param onChange called when a lag has lasted for long, and when that is over
   */
  constructor(
    vectors: Vectors,
    linked: () => readonly Source[],
    nowMs: () => number,
    onChange: (change: LagChange) => void,
  ) {
    this.#vectors = vectors;
    this.#linked = linked;
    this.#nowMs = nowMs;
    this.#originWatch = new LagWatch('origin', onChange);
    this.#neighbourWatch = new LagWatch('neighbour', onChange);
  }

  /** Notes that a link is up, and what the neighbour says of itself on it. */
  noteUp(neighbour: string, said: LinkedNeighbour['said']): void {
    const clock = this.#neighbours.get(neighbour)?.clock ?? new LagClock();
    this.#neighbours.set(neighbour, { said, clock });
  }

  /** Examines the present state. To be called once a second. */
  sample(): void {
    const nowMs = this.#nowMs();
    this.#vectors.refresh();
    const { vector } = this.#vectors;
    this.#clock.sample(vector, this.#known(), nowMs);
    for (const { said, clock } of this.#neighbours.values()) {
      clock.sample(said.vector, vector, nowMs);
    }
    const { origins, neighbours } = this.current();
    this.#originWatch.check(origins, nowMs);
    this.#neighbourWatch.check(neighbours, nowMs);
  }

  current(): Lag {
    const { vector, origins } = this.#vectors;
    const nameOf = (origin: number): string => origins.at(origin).name;
    const neighbours = [...this.#neighbours].map(([name, { said, clock }]) => {
      const [entry] = this.#entriesOf(() => name, clock, said.vector, vector);
      return entry ?? { name, reports: 0, seconds: 0 };
    });
    return { origins: this.#entriesOf(nameOf, this.#clock, vector, this.#known()), neighbours };
  }

  /**
   * Up to which sequence number linked neighbours have all of each origin, or all servers can get it. What they have only seen does not
   * count, nor what others said that are not linked any more: it may be lost with them, and would be missing for ever.
   */
  #known(): SequenceNumbers {
    const known = this.#vectors.announced.copy();
    for (const { inbound } of this.#linked()) known.raiseAll(inbound.vector);
    return known;
  }

  /** An entry for each name: what is missing of all origins of that name, and for how long. */
  #entriesOf(
    nameOf: (origin: number) => string,
    clock: LagClock,
    had: SequenceNumbers,
    known: SequenceNumbers,
  ): LagEntry[] {
    const nowMs = this.#nowMs();
    const byName = new Map<string, { reports: number; seconds: number }>();
    for (let origin = 0; origin < this.#vectors.origins.count; origin++) {
      const name = nameOf(origin);
      const entry = byName.get(name) ?? { reports: 0, seconds: 0 };
      const sinceMs = clock.missingSince(origin, had.of(origin)) ?? nowMs;
      entry.reports += Math.max(0, known.of(origin) - had.of(origin));
      entry.seconds = Math.max(entry.seconds, Math.round(nowMs - sinceMs) / 1000);
      byName.set(name, entry);
    }
    return [...byName].map(([name, { reports, seconds }]) => ({ name, reports, seconds }));
  }
}
