import { ClassicLevel } from 'classic-level';

import { endEpoch, NEW_FEED, type FeedHistory } from '../store/feed-history.ts';
import { JournalError } from './journal-errors.ts';
import type { SegmentSpan } from './journal-segments.ts';
import { formatState, parseState, type StoredState } from './journal-state.ts';
import type { JournalBatch, JournalState, JournalStorage } from './journal.ts';
import { hasLostWrites, prepareFolder, toJournalError } from './level-folder.ts';
import { Restoration } from './restore.ts';
import type { LocationStore } from '../store/store.ts';

type Level = ClassicLevel<string, Buffer>;

/** Compressed, it would take about half the disk, and half as much time again of the processor. */
const OPTIONS = { keyEncoding: 'utf8', valueEncoding: 'buffer', compression: false } as const;

const STATE_KEY = 'state';
/** The keys of all segments, and no other: of so many digits, so that their order is that of the numbers. */
const SEGMENT_KEYS = { gte: '0', lt: ':' } as const;
const KEY_DIGITS = 16;

function segmentKey(number: number): string {
  return String(number).padStart(KEY_DIGITS, '0');
}

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
  readonly #level: Level;
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

  private constructor(folder: string, owner: JournalOwner, level: Level, found: Found) {
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
    let level: Level | undefined;
    try {
      await prepareFolder(folder);
      // Made after that: it begins to open by itself.
      level = new ClassicLevel(folder, OPTIONS);
      await level.open();
      const lossy = await hasLostWrites(folder);
      const stored = await readState(level, folder, owner);
      const storage = new LevelStorage(folder, owner, level, { stored, lossy });
      await storage.write({ removed: [], segments: [], state: storage.state });
      return storage;
    } catch (error) {
      await level?.close();
      throw toJournalError(error, folder, 'JOURNAL_UNWRITABLE');
    }
  }

  /**
   * Puts all that is kept into a store, one segment a turn of the event loop. To be called before
   * anything is written.
   *
   * @returns the segments, in the order of their changes
   * @throws {JournalError} where the journal is damaged
   */
  async restore(store: LocationStore): Promise<readonly SegmentSpan[]> {
    const restoration = new Restoration(store, this.state.head);
    try {
      for await (const [key, value] of this.#level.iterator(SEGMENT_KEYS)) {
        if (restoration.take(Number(key), value)) continue;
        throw new JournalError('JOURNAL_CORRUPT', this.#folder, `the segment ${key} is damaged`);
      }
    } catch (error) {
      throw toJournalError(error, this.#folder, 'JOURNAL_CORRUPT');
    }
    return restoration.spans;
  }

  async write({ removed, segments, state }: JournalBatch): Promise<void> {
    try {
      if (this.#broken) await this.#reopen();
      const batch = this.#level.batch();
      for (const key of removed.flatMap(({ keys }) => keys)) batch.del(segmentKey(key));
      for (const { span, bytes } of segments) batch.put(segmentKey(span.first), bytes);
      const { head, read } = state;
      const stored = { ...this.#owner, head, past: this.history.past, read };
      batch.put(STATE_KEY, Buffer.from(formatState(stored)));
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
}

/** The state that the last life left; `undefined` where the journal is new. */
async function readState(
  level: Level,
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
  const text = value.toString();
  const state = parseState(text);
  if (state === undefined) {
    throw new JournalError('JOURNAL_CORRUPT', folder, `its state is ${JSON.stringify(text)}`);
  }
  if (typeof state === 'string') throw new JournalError('JOURNAL_FOREIGN', folder, state);
  if (state.herd === owner.herd && state.server === owner.server) return state;
  const found = `it is that of ${state.server} of herd ${state.herd}`;
  throw new JournalError('JOURNAL_FOREIGN', folder, found);
}
