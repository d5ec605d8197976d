import { ClassicLevel } from 'classic-level';

import { endEpoch, NEW_FEED, type FeedHistory } from './feed-history.ts';
import { JournalError } from './journal-errors.ts';
import {
  CLIENT_KEYS,
  clientKey,
  formatRow,
  formatState,
  parseRow,
  parseState,
  STATE_KEY,
  type StoredState,
} from './journal-records.ts';
import type { JournalBatch, JournaledLocation, JournalState, JournalStorage } from './journal.ts';
import { hasLostWrites, prepareFolder, toJournalError } from './level-folder.ts';
import type { Location } from './location.ts';

/** How many locations are read in one go, and in how many bytes: some milliseconds of work. */
const ROWS_A_READ = 500;
const BYTES_A_READ = 131_072;

/** Whose journal it is. */
export interface JournalOwner {
  readonly herd: string;
  readonly server: string;
  /** The epoch of the change feed that is going to be written. */
  readonly epoch: string;
}

/** What was found where a journal was opened. */
interface Found {
  /** `undefined` where the journal is new. */
  readonly stored: StoredState | undefined;
  readonly lossy: boolean;
}

/** A server's journal in a folder of its own, kept by LevelDB. */
export class LevelStorage implements JournalStorage {
  readonly #folder: string;
  readonly #owner: JournalOwner;
  readonly #level: ClassicLevel;
  /** What the feed that is written goes on from. */
  readonly history: FeedHistory;
  /** What was held when it was opened. */
  readonly state: JournalState;
  /**
   * Whether some of the last writes were damaged on disk, so that what they held is lost here.
   * `state` then has no neighbour's position: each one sends all that it has.
   */
  readonly lossy: boolean;
  /** LevelDB may take no more writes after a failed one until it is opened anew. */
  #broken = false;
  /** What `find` came upon. */
  #fault: JournalError | undefined;

  private constructor(folder: string, owner: JournalOwner, level: ClassicLevel, found: Found) {
    const { stored, lossy } = found;
    this.#folder = folder;
    this.#owner = owner;
    this.#level = level;
    this.lossy = lossy;
    this.history =
      stored === undefined ? NEW_FEED : endEpoch(stored.past, stored.epoch, stored.head);
    const read = stored === undefined || lossy ? {} : stored.read;
    this.state = { head: this.history.head, read };
  }

  /**
   * Opens a journal, or begins one where the folder has none, and notes the epoch in it: a
   * neighbour may hear of it from now on.
   *
   * @throws {JournalError} where it cannot be used
   */
  static async open(folder: string, owner: JournalOwner): Promise<LevelStorage> {
    let level: ClassicLevel | undefined;
    try {
      await prepareFolder(folder);
      // Made after that: it begins to open by itself. Text of one character a byte goes in as UTF-8.
      level = new ClassicLevel(folder, { keyEncoding: 'utf8', valueEncoding: 'utf8' });
      await level.open();
      const lossy = await hasLostWrites(folder);
      const stored = await readState(level, folder, owner);
      const storage = new LevelStorage(folder, owner, level, { stored, lossy });
      await storage.write({ changes: [], dropped: [], state: storage.state });
      return storage;
    } catch (error) {
      await level?.close();
      throw toJournalError(error, folder, 'JOURNAL_UNWRITABLE');
    }
  }

  /** Reads a client's location, as it was when this was opened. Where that is not possible there is none, and `read` will throw. */
  find(client: string): Location | undefined {
    const key = clientKey(client);
    try {
      const value = this.#level.getSync(key);
      return value === undefined ? undefined : this.#parseRow(key, value).location;
    } catch (error) {
      this.#fault ??= toJournalError(error, this.#folder, 'JOURNAL_CORRUPT');
      return undefined;
    }
  }

  /**
   * Reads all locations, by client, some at a time. To be read to its end before anything is written.
   *
   * @throws {JournalError} where the journal is damaged
   */
  async *read(): AsyncGenerator<JournaledLocation[]> {
    const rows = this.#level.iterator({ ...CLIENT_KEYS, highWaterMarkBytes: BYTES_A_READ });
    try {
      for (;;) {
        const some = await rows.nextv(ROWS_A_READ);
        if (this.#fault !== undefined) throw this.#fault;
        if (some.length === 0) return;
        yield some.map(([key, value]) => this.#parseRow(key, value));
      }
    } catch (error) {
      throw toJournalError(error, this.#folder, 'JOURNAL_CORRUPT');
    } finally {
      await rows.close();
    }
  }

  async write({ changes, dropped, state }: JournalBatch): Promise<void> {
    try {
      if (this.#broken) await this.#reopen();
      const batch = this.#level.batch();
      for (const client of dropped) batch.del(clientKey(client));
      for (const change of changes) {
        batch.put(clientKey(change.location.client), formatRow(change));
      }
      const { head, read } = state;
      batch.put(STATE_KEY, formatState({ ...this.#owner, head, past: this.history.past, read }));
      await batch.write({ sync: true });
    } catch (error) {
      this.#broken = true;
      throw toJournalError(error, this.#folder, 'JOURNAL_UNWRITABLE');
    }
  }

  async close(): Promise<void> {
    await this.#level.close();
  }

  async #reopen(): Promise<void> {
    await this.#level.close();
    await this.#level.open();
    this.#broken = false;
  }

  #parseRow(key: string, value: string): JournaledLocation {
    const row = parseRow(key, value);
    if (row !== undefined && row.number <= this.state.head) return row;
    const detail = `the row of ${JSON.stringify(key)} is ${JSON.stringify(value)}`;
    throw new JournalError('JOURNAL_CORRUPT', this.#folder, detail);
  }
}

/** The state that the last life left; `undefined` where the journal is new. */
async function readState(
  level: ClassicLevel,
  folder: string,
  owner: JournalOwner,
): Promise<StoredState | undefined> {
  const [value, [firstKey]] = await Promise.all([
    level.get(STATE_KEY),
    level.keys({ limit: 1 }).all(),
  ]).catch((error: unknown) => {
    throw toJournalError(error, folder, 'JOURNAL_CORRUPT');
  });
  if (value === undefined) {
    if (firstKey === undefined) return undefined;
    throw new JournalError('JOURNAL_FOREIGN', folder, `it holds ${JSON.stringify(firstKey)}`);
  }
  const state = parseState(value);
  if (state === undefined) {
    throw new JournalError('JOURNAL_CORRUPT', folder, `its state is ${JSON.stringify(value)}`);
  }
  if (typeof state === 'string') throw new JournalError('JOURNAL_FOREIGN', folder, state);
  if (state.herd === owner.herd && state.server === owner.server) return state;
  const found = `it is that of ${state.server} of herd ${state.herd}`;
  throw new JournalError('JOURNAL_FOREIGN', folder, found);
}
