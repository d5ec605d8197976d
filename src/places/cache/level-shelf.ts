import { mkdir } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { ClassicLevel } from 'classic-level';

import type { HeldPage } from './held-page.ts';
import type { PageShelf } from './page-cache.ts';
import { formatRow, parseRow } from './page-row.ts';
import { ShelfError } from './shelf-errors.ts';

/** How many pages are read in one go: some milliseconds of work. */
const PAGES_A_READ = 10;

/** LevelDB keeps one key for each page, `@` and its circle, and one for what all pages come from. */
const SOURCE_KEY = 'source';
const PAGE_PREFIX = '@';
const PAGES = { gte: PAGE_PREFIX, lt: 'A' };

/** To be raised with every change of what a page on disk means. */
const FORMAT = 2;

/** What a shelf needs to know. */
export interface LevelShelfOptions {
  /** A folder of its own. */
  readonly folder: string;
  /** What the pages come from: those of another source are not read. Holds no key. */
  readonly source: string;
  /** Told when the disk fails: the cache goes on without it. */
  readonly onError: (error: ShelfError) => void;
}

type Level = ClassicLevel;

/**
 * Pages on disk, kept by LevelDB. Writing never waits: what changes while one write is under way goes
 * out together in the next one. A crash may lose what came last.
 */
export class LevelShelf implements PageShelf {
  readonly #options: LevelShelfOptions;
  /** `undefined` where the disk is done without. */
  #level: Level | undefined;
  #opening: Promise<void> = Promise.resolve();
  /** Ends the reading of a shelf that is closed meanwhile. */
  readonly #closing = new AbortController();
  /** What is to be written: pages, or `undefined` where one is to be deleted. */
  #changes = new Map<string, HeldPage | undefined>();
  #clearFirst = false;
  #writing: Promise<void> | undefined;

  constructor(options: LevelShelfOptions) {
    this.#options = options;
  }

  /** Reads all pages, until it is closed, and hands them over one by one. To be called once, before all else. */
  restore(take: (held: HeldPage) => void): Promise<void> {
    this.#opening = this.#open(take);
    return this.#opening;
  }

  put(key: string, held: HeldPage): void {
    this.#changes.set(key, held);
    this.#wake();
  }

  delete(key: string): void {
    this.#changes.set(key, undefined);
    this.#wake();
  }

  clear(): void {
    this.#changes.clear();
    this.#clearFirst = true;
    this.#wake();
  }

  /** Writes what is still to be written. What comes after it is not kept. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#opening;
    while (this.#writing !== undefined) await this.#writing;
    const level = this.#level;
    this.#level = undefined;
    await level?.close();
  }

  async #open(take: (held: HeldPage) => void): Promise<void> {
    try {
      this.#level = await openLevel(this.#options);
      await readPages(this.#level, take, this.#closing.signal);
    } catch (error) {
      if (error instanceof ShelfError) this.#options.onError(error);
      else await this.#beginAnew(error);
    }
  }

  async #beginAnew(cause: unknown): Promise<void> {
    const { folder, onError } = this.#options;
    try {
      await this.#discard();
      this.#level = await openLevel(this.#options);
      onError(new ShelfError('CACHE_DAMAGED', folder, cause));
    } catch (error) {
      onError(new ShelfError('CACHE_UNUSABLE', folder, error));
    }
  }

  /** Removes all that is on disk. Throws where it is in use, or cannot be removed. */
  async #discard(): Promise<void> {
    const level = this.#level;
    this.#level = undefined;
    await level?.close();
    await ClassicLevel.destroy(this.#options.folder);
  }

  #wake(): void {
    this.#writing ??= this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    // What else this turn of the event loop brings goes out in the same write.
    await nextTurn();
    await this.#opening;
    try {
      while (this.#level !== undefined && (this.#clearFirst || this.#changes.size > 0)) {
        await this.#writeSome(this.#level);
      }
    } catch (error) {
      // Pages that nobody keeps up to date are not to be found after a restart.
      await this.#discard().catch(() => undefined);
      this.#options.onError(new ShelfError('CACHE_UNUSABLE', this.#options.folder, error));
    }
    this.#changes.clear();
    this.#writing = undefined;
  }

  async #writeSome(level: Level): Promise<void> {
    const changes = this.#changes;
    this.#changes = new Map();
    if (this.#clearFirst) {
      this.#clearFirst = false;
      await level.clear(PAGES);
    }
    const batch = level.batch();
    for (const [key, held] of changes) {
      if (held === undefined) batch.del(PAGE_PREFIX + key);
      else batch.put(PAGE_PREFIX + key, formatRow(held));
    }
    await batch.write();
  }
}

/** @throws {ShelfError} where the folder is something else's */
async function openLevel({ folder, source }: LevelShelfOptions): Promise<Level> {
  await mkdir(folder, { recursive: true });
  // Made after that: it begins to open by itself.
  const level: Level = new ClassicLevel(folder, { keyEncoding: 'utf8', valueEncoding: 'utf8' });
  try {
    await level.open();
    const expected = `${FORMAT} ${source}`;
    const found = await level.get(SOURCE_KEY);
    if (found === expected) return level;
    const [firstKey] = await level.keys({ limit: 1 }).all();
    if (found === undefined && firstKey !== undefined)
      throw new ShelfError('CACHE_FOREIGN', folder);
    await level.clear();
    await level.put(SOURCE_KEY, expected);
    return level;
  } catch (error) {
    await level.close();
    throw error;
  }
}

async function readPages(
  level: Level,
  take: (held: HeldPage) => void,
  ended: AbortSignal,
): Promise<void> {
  const rows = level.values(PAGES);
  try {
    while (!ended.aborted) {
      const values = await rows.nextv(PAGES_A_READ);
      if (values.length === 0) return;
      for (const value of values) take(parseRow(value));
      await nextTurn();
    }
  } finally {
    await rows.close();
  }
}
