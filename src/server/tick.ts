import { DurationHistogram } from '../counts/duration-histogram.ts';

/** From a quiet tick to one that clients notice, in seconds: one under full load takes some milliseconds. */
const TICK_BOUNDS_SECONDS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1,
];

/**
 * What a tick does, in this order. Links come before clients, both in and out: a client that has its
 * reply and asks a neighbour next finds its location there.
 */
const PHASES = [
  'begin', // the time of receipt of all that is worked through
  'links in', // what neighbours have sent
  'clients in', // what clients have sent
  'links out', // the changes that neighbours lack
  'commit', // replies whose promise is true by now
  'replies out',
  'streams out', // live streams
  'journal',
] as const;

export type Phase = (typeof PHASES)[number];

/**
 * One round of a server's work: what all sockets have brought has been taken in, then each phase runs in
 * order. Sockets are read in one phase of Node's event loop, `setImmediate` runs in the next one.
 * Front ends, replication and the journal register what they do in each phase.
 */
export class Tick {
  readonly #work: Record<Phase, (() => void)[]> = {
    begin: [],
    'links in': [],
    'clients in': [],
    'links out': [],
    commit: [],
    'replies out': [],
    'streams out': [],
    journal: [],
  };
  #isRequested = false;
  /** How long ticks took. */
  readonly durations = new DurationHistogram(TICK_BOUNDS_SECONDS);

  /** Has `work` be done in a phase of every tick, after what was registered for that phase before. */
  register(phase: Phase, work: () => void): void {
    this.#work[phase].push(work);
  }

  /** Asks for a tick, soon. */
  request(): void {
    if (this.#isRequested) return;
    this.#isRequested = true;
    setImmediate(() => {
      this.#isRequested = false;
      const beginMs = performance.now();
      for (const phase of PHASES) {
        for (const work of this.#work[phase]) work();
      }
      this.durations.observe((performance.now() - beginMs) / 1000);
    });
  }
}
