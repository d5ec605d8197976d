import { mkdir } from 'node:fs/promises';

import { ClassicLevel } from 'classic-level';
import { z } from 'zod';

import { endEpoch, NEW_FEED, type FeedHistory } from './feed-history.ts';
import { JournalError, type JournalErrorCode } from './journal-errors.ts';
import type { JournalBatch, JournaledLocation, JournalState, JournalStorage } from './journal.ts';
import { parseLocation, type Location } from './location.ts';

/** The layout of what is kept; a journal of another one is refused. */
const FORMAT = 1;
/** How many locations are read in one go: about a millisecond of work. */
const ROWS_A_READ = 500;

/*
 * LevelDB keeps one key for each client, `@` and its ID, with the number of the change and the AT
 * line, and one for all else. Text of one character a byte goes in as UTF-8, and comes out again.
 */
const STATE_KEY = 'state';
const CLIENT_PREFIX = '@';
const CLIENT_END = 'A';

const positionSchema = z.object({ epoch: z.string(), number: z.number().int().nonnegative() });
const stateSchema = z.object({
  format: z.literal(FORMAT),
  herd: z.string(),
  server: z.string(),
  /** The life of the feed that is written. */
  epoch: z.string(),
  head: z.number().int().nonnegative(),
  past: z.array(positionSchema),
  read: z.record(z.string(), positionSchema),
});
type StoredState = z.infer<typeof stateSchema>;

/** Whose journal it is. */
export interface JournalOwner {
  readonly herd: string;
  readonly server: string;
  /** The epoch of the change feed that is going to be written. */
  readonly epoch: string;
}

type Level = ClassicLevel;

/** A server's journal in a folder of its own, kept by LevelDB. */
export class LevelStorage implements JournalStorage {
  readonly #folder: string;
  readonly #owner: JournalOwner;
  readonly #level: Level;
  /** What the feed that is written goes on from. */
  readonly history: FeedHistory;
  /** What is held. */
  readonly state: JournalState;
  /** LevelDB takes no more writes after a failed one until it is opened anew. */
  #broken = false;

  private constructor(
    folder: string,
    owner: JournalOwner,
    level: Level,
    stored: StoredState | undefined,
  ) {
    this.#folder = folder;
    this.#owner = owner;
    this.#level = level;
    this.history =
      stored === undefined ? NEW_FEED : endEpoch(stored.past, stored.epoch, stored.head);
    this.state = { head: this.history.head, read: stored?.read ?? {} };
  }

  /**
   * Opens a journal, or begins one where the folder has none, and notes the epoch in it: a
   * neighbour may hear of it from now on.
   *
   * @throws {JournalError} where it cannot be used
   */
  static async open(folder: string, owner: JournalOwner): Promise<LevelStorage> {
    const level: Level = new ClassicLevel(folder, { keyEncoding: 'utf8', valueEncoding: 'utf8' });
    try {
      await mkdir(folder, { recursive: true });
      await level.open();
      const stored = await readState(level, folder, owner);
      const storage = new LevelStorage(folder, owner, level, stored);
      await storage.write({ changes: [], dropped: [], state: storage.state });
      return storage;
    } catch (error) {
      await level.close();
      throw toJournalError(error, folder);
    }
  }

  /** Reads a client's location. */
  find(client: string): Location | undefined {
    const value = this.#level.getSync(CLIENT_PREFIX + client);
    return value === undefined ? undefined : parseRow(value, this.#folder).location;
  }

  /**
   * Reads all locations, by client, some at a time.
   *
   * @throws {JournalError} where the journal is damaged
   */
  async *read(): AsyncGenerator<JournaledLocation[]> {
    const rows = this.#level.values({ gte: CLIENT_PREFIX, lt: CLIENT_END });
    try {
      for (;;) {
        const values = await rows.nextv(ROWS_A_READ);
        if (values.length === 0) return;
        yield values.map((value) => parseRow(value, this.#folder));
      }
    } catch (error) {
      throw toJournalError(error, this.#folder);
    } finally {
      await rows.close();
    }
  }

  async write({ changes, dropped, state }: JournalBatch): Promise<void> {
    if (this.#broken) await this.#reopen();
    const batch = this.#level.batch();
    for (const client of dropped) batch.del(CLIENT_PREFIX + client);
    for (const { location, number } of changes) {
      batch.put(CLIENT_PREFIX + location.client, `${number} ${location.at}`);
    }
    batch.put(STATE_KEY, formatState(this.#owner, this.history, state));
    try {
      await batch.write({ sync: true });
    } catch (error) {
      this.#broken = true;
      throw toJournalError(error, this.#folder);
    }
  }

  async close(): Promise<void> {
    await this.#level.close();
  }

  async #reopen(): Promise<void> {
    try {
      await this.#level.close();
      await this.#level.open();
      this.#broken = false;
    } catch (error) {
      throw toJournalError(error, this.#folder);
    }
  }
}

function formatState(owner: JournalOwner, { past }: FeedHistory, state: JournalState): string {
  const stored: StoredState = { format: FORMAT, ...owner, past: [...past], ...state };
  return JSON.stringify(stored);
}

/** The state that the last life left; `undefined` where the journal is new. */
async function readState(
  level: Level,
  folder: string,
  owner: JournalOwner,
): Promise<StoredState | undefined> {
  const text = await level.get(STATE_KEY);
  if (text === undefined) {
    for await (const key of level.keys({ limit: 1 })) {
      throw new JournalError('JOURNAL_FOREIGN', folder, `it holds ${JSON.stringify(key)}`);
    }
    return undefined;
  }
  const { success, data, error } = stateSchema.safeParse(parseJson(text));
  if (!success) throw new JournalError('JOURNAL_FOREIGN', folder, z.prettifyError(error));
  if (data.herd !== owner.herd || data.server !== owner.server) {
    const found = `it is that of ${data.server} of herd ${data.herd}`;
    throw new JournalError('JOURNAL_FOREIGN', folder, found);
  }
  return data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseRow(value: string, folder: string): JournaledLocation {
  const space = value.indexOf(' ');
  const number = Number(value.slice(0, space));
  const location = parseLocation(value.slice(space + 1));
  if (location === undefined || !Number.isSafeInteger(number)) {
    throw new JournalError('JOURNAL_CORRUPT', folder, `a row of it is ${JSON.stringify(value)}`);
  }
  return { location, number };
}

/** LevelDB's codes, which stand in the cause where the database did not open. */
function toJournalError(error: unknown, folder: string): JournalError {
  if (error instanceof JournalError) return error;
  const { code, detail } = deepestCause(error);
  return new JournalError(journalErrorCode(code), folder, detail, error);
}

function deepestCause(error: unknown): { code: unknown; detail: string } {
  if (!(error instanceof Error)) return { code: undefined, detail: String(error) };
  if (error.cause !== undefined) return deepestCause(error.cause);
  return { code: 'code' in error ? error.code : undefined, detail: error.message };
}

function journalErrorCode(code: unknown): JournalErrorCode {
  switch (code) {
    case 'LEVEL_LOCKED':
      return 'JOURNAL_LOCKED';
    case 'LEVEL_CORRUPTION':
      return 'JOURNAL_CORRUPT';
    default:
      return 'JOURNAL_UNWRITABLE';
  }
}
