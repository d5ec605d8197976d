import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setImmediate as nextIteration } from 'node:timers/promises';

import type { JournalStatus } from '../journal/journal-counts.ts';
import { JOURNAL_LIMITS } from '../journal/journal-limits.ts';
import { Journal, type JournalEvents } from '../journal/journal.ts';
import type { JournalOwner } from '../journal/log-file.ts';
import { NodeStorage } from '../journal/node-storage.ts';
import { openJournal, type OpenedJournal } from '../journal/open-journal.ts';
import type { LocationStore } from '../store/store.ts';
import type { Contact } from '../store/contact.ts';
import type { VersionVector } from '../store/version-vector.ts';
import type { Replayed } from '../journal/replay.ts';
import type { Log } from './log.ts';

/** The least time between two writes of the journal where no reply waits for them, in milliseconds. */
const JOURNAL_INTERVAL_MS = 100;
/** The random bytes that name a life of the server: two the same would hide a log that was cut off. */
const EPOCH_BYTES = 12;

/** What there is to know of a server that has no journal. */
export const NOTHING_KEPT = { vector: [], contacts: [] } as const;

/** What a server's journal needs of it. */
export interface ServerJournalParts {
  readonly store: LocationStore;
  /** What this server has of every origin by now. */
  readonly vector: () => VersionVector;
  /** When this server last had all of each neighbour. */
  readonly contacts: () => readonly Contact[];
  /** Runs `action` after a while. */
  readonly after: (delayMs: number, action: () => void) => () => void;
  /** Asks for a tick soon. */
  readonly wake: () => void;
  /** Whether replies wait for what they promise to be on disk. */
  readonly isPromised: boolean;
  readonly log: Log;
  /** Called with a message for the operator. */
  readonly onTrouble: (detail: string) => void;
}

/** The journal of one server, on this machine's disk, with what the server logs of it. */
export class ServerJournal {
  readonly #folder: string;
  readonly #owner: JournalOwner;
  readonly #storage: NodeStorage;
  readonly #opened: OpenedJournal;
  #parts: ServerJournalParts | undefined;
  #journal: Journal | undefined;
  #noteReplayed: () => void = () => {};
  /** Settled once the store has all that is on disk: never, where the journal is closed before. */
  readonly replayed = new Promise<void>((resolve) => (this.#noteReplayed = resolve));

  private constructor(
    folder: string,
    owner: JournalOwner,
    storage: NodeStorage,
    opened: OpenedJournal,
  ) {
    this.#folder = folder;
    this.#owner = owner;
    this.#storage = storage;
    this.#opened = opened;
  }

  /** @throws {JournalError} where the folder cannot be used */
  static async open(folder: string, herd: string, server: string): Promise<ServerJournal> {
    const owner = { herd, server, epoch: randomBytes(EPOCH_BYTES).toString('hex') };
    const storage = await NodeStorage.open(folder);
    try {
      return new ServerJournal(folder, owner, storage, await openJournal(storage, folder, owner));
    } catch (error) {
      await storage.close();
      throw error;
    }
  }

  /** New changes have seqs after this one. */
  get head(): number {
    return this.#opened.head;
  }

  /** For each change up to this seq its record, or a newer one of the client, is on disk. */
  get written(): number {
    return this.#journal?.written ?? 0;
  }

  /** Whether the last write failed. */
  get failing(): boolean {
    return this.#journal?.failing ?? false;
  }

  /** Whether there is something on disk that is not in the store yet. */
  get replaying(): boolean {
    return this.#journal?.replaying ?? true;
  }

  get status(): JournalStatus | undefined {
    return this.#journal?.status;
  }

  /** Begins to keep what changes in the store from now on. */
  begin(parts: ServerJournalParts): void {
    this.#parts = parts;
    const { store, vector, contacts, after, wake, isPromised } = parts;
    this.#journal = new Journal(
      {
        store,
        storage: this.#storage,
        owner: this.#owner,
        vector,
        contacts,
        events: this.#events(parts),
        after,
        wake,
        now: () => performance.now(),
        yield: () => nextIteration(),
        intervalMs: isPromised ? 0 : JOURNAL_INTERVAL_MS,
        limits: JOURNAL_LIMITS,
      },
      this.#opened,
    );
  }

  /**
   * Puts what is on disk into the store, while the server serves.
   *
   * Rejects where the journal is closed before it is through.
   *
   * @returns what this server had when that was written
   */
  async replay(): Promise<Pick<Replayed, 'vector' | 'contacts'>> {
    if (this.#journal === undefined || this.#parts === undefined) return NOTHING_KEPT;
    const { log, store, onTrouble } = this.#parts;
    log.write({ event: 'journal-replaying', bytes: this.#journal.replayBytes });
    const begin = performance.now();
    const { vector, contacts, torn, damaged } = await this.#journal.replay();
    this.#noteReplayed();
    for (const detail of torn) {
      log.write({ event: 'journal-cut', detail });
      onTrouble(`the journal ${this.#folder}: what was being written last was cut off: ${detail}`);
    }
    for (const detail of damaged) {
      log.write({ event: 'journal-damaged', detail });
      onTrouble(
        `the journal ${this.#folder} is damaged: ${detail}; what is whole is kept, the rest comes from neighbours that have it`,
      );
    }
    const milliseconds = Math.round(performance.now() - begin);
    log.write({ event: 'journal-replayed', clients: store.size, milliseconds });
    return { vector, contacts };
  }

  /** Takes in what has changed, and starts to write it, unless a write is under way. */
  flush(): void {
    this.#journal?.flush();
  }

  /** Has what the store has forgotten leave the disk. */
  forget(): void {
    this.#journal?.forget();
  }

  /** Writes what has changed, and gives the folder back. */
  async close(): Promise<void> {
    try {
      if (this.#journal === undefined) await this.#opened.log.file.close();
      else await this.#journal.close();
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      this.#parts?.log.write({ event: 'journal-failed', detail });
      this.#parts?.onTrouble(`${detail}; what came last is not on disk`);
    }
    await this.#storage.close();
  }

  #events({ log, onTrouble, wake }: ServerJournalParts): JournalEvents {
    return {
      onFailed: ({ message: detail }) => {
        log.write({ event: 'journal-failed', detail });
        onTrouble(`${detail}; locations are in memory alone until it can be written`);
      },
      onRecovered: () => log.write({ event: 'journal-recovered' }),
      onMoved: wake,
      onCompacted: (bytes) => log.write({ event: 'journal-snapshot', bytes }),
      onCompactionFailed: ({ message: detail }) =>
        log.write({ event: 'journal-snapshot-failed', detail }),
    };
  }
}
