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
      for (const phase of PHASES) {
        for (const work of this.#work[phase]) work();
      }
    });
  }
}
