import { endEpoch, NEW_FEED, type FeedHistory } from '#src/locations/feed-history.js';
import type {
  JournalBatch,
  JournaledLocation,
  JournalState,
  JournalStorage,
} from '#src/locations/journal.js';
import type { Random } from './random.ts';
import type { Schedule } from './schedule.ts';

/** How likely a write fails, as on a full disk. */
const FAILURE = 0.02;
const MOST_WRITE_MS = 60;

/** A server's disk: what was written to it outlives the server. */
export class SimulatedDisk {
  readonly #schedule: Schedule;
  readonly #random: Random;
  readonly #kept = new Map<string, JournaledLocation>();
  #state: JournalState = { head: 0, read: {} };
  #history: FeedHistory = NEW_FEED;
  #epoch: string | undefined;
  /** What the writer of this life, or of an earlier one, can still do. */
  #life = 0;

  constructor(schedule: Schedule, random: Random) {
    this.#schedule = schedule;
    this.#random = random;
  }

  /** What is kept besides the locations. */
  get state(): JournalState {
    return this.#state;
  }

  /** Begins the life of another writer, whose feed goes on from the history returned. */
  open(epoch: string): FeedHistory {
    if (this.#epoch !== undefined) {
      this.#history = endEpoch(this.#history.past, this.#epoch, this.#state.head);
    }
    this.#epoch = epoch;
    return this.#history;
  }

  find(client: string): JournaledLocation | undefined {
    return this.#kept.get(client);
  }

  async *read(): AsyncGenerator<JournaledLocation[]> {
    yield [...this.#kept.values()];
  }

  /** Where the writer of the present life writes. */
  storage(): JournalStorage {
    const life = this.#life;
    return {
      write: (batch) =>
        new Promise((resolve, reject) => {
          this.#schedule.after(this.#random.next() * MOST_WRITE_MS, () => {
            if (life !== this.#life) return;
            this.#schedule.settle();
            if (this.#random.chance(FAILURE)) reject(new Error('no space left on device'));
            else {
              this.#keep(batch);
              resolve();
            }
          });
        }),
    };
  }

  /** The writer is gone: what it was writing is not kept. */
  crash(): void {
    this.#life += 1;
  }

  #keep({ changes, dropped, state }: JournalBatch): void {
    for (const client of dropped) this.#kept.delete(client);
    for (const change of changes) this.#kept.set(change.location.client, change);
    this.#state = state;
  }
}
