import { setImmediate as nextIteration } from 'node:timers/promises';

import { ClassicLevel } from 'classic-level';

import { makeFolder } from '../../disk/make-folder.ts';
import type { CachedPage } from './cached-page.ts';
import type { PageShelf } from './page-cache.ts';
import { keyOf } from './cached-pages.ts';
import { formatRow, parseRow } from './page-row.ts';
import { isDamage, ShelfError } from './shelf-errors.ts';

/** How many pages are read in one go: some milliseconds of work. */
const PAGES_A_READ = 10;

/** LevelDB keeps one key for each page, `@` and its question, and one for what all pages come from. */
const SOURCE_KEY = 'source';
const PAGE_PREFIX = '@';
const PAGES = { gte: PAGE_PREFIX, lt: 'A' };

/** To be raised with every change of what a page on disk means. */
const FORMAT = 3;

/** What a shelf needs to know. */
export interface LevelShelfOptions {
  /** A folder of its own. */
  readonly folder: string;
  /** What the pages come from: those of another source are not read. Has no key. */
  readonly source: string;
  /** Called when the disk fails: the cache goes on without it. */
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
  /** The pages that have been read, until all have. */
  #read: CachedPage[] = [];
  /** What is to be written: pages, or `undefined` where one is to be deleted. */
  #changes = new Map<string, CachedPage | undefined>();
  #clearFirst = false;
  #writing: Promise<void> | undefined;
  /** Whether the folder has been opened, and so is no other's. */
  #isOurs = false;
  #isClosed = false;

  constructor(options: LevelShelfOptions) {
    this.#options = options;
  }

  /** Reads all pages, until it is closed, and hands them over one by one. To be called once, before all else. */
  restore(take: (cached: CachedPage) => void): Promise<void> {
    this.#opening = this.#open(take);
    return this.#opening;
  }

  put(key: string, cached: CachedPage): void {
    this.#changes.set(key, cached);
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
    this.#isClosed = true;
    const level = this.#level;
    this.#level = undefined;
    await level?.close();
  }

  async #open(take: (cached: CachedPage) => void): Promise<void> {
    try {
      this.#level = await openLevel(this.#options);
      this.#isOurs = true;
      await this.#readPages(this.#level, take);
    } catch (error) {
      if (isDamage(error)) await this.#beginAnew(error);
      else await this.#doWithout(error);
    }
    this.#read = [];
  }

  async #readPages(level: Level, take: (cached: CachedPage) => void): Promise<void> {
    const damaged = await readRows(level, this.#closing.signal, (cached) => {
      this.#read.push(cached);
      take(cached);
    });
    if (damaged.length === 0) return;
    await level.batch(damaged.map((key) => ({ type: 'del', key })));
    const cause = new Error(`${damaged.length} pages are not what was written`);
    this.#options.onError(new ShelfError('CACHE_DAMAGED', this.#options.folder, cause));
  }

  /** Makes a new folder, with what has been read of the damaged one. */
  async #beginAnew(cause: unknown): Promise<void> {
    const { folder, onError } = this.#options;
    try {
      await this.#discard();
      this.#level = await openLevel(this.#options);
      onError(new ShelfError('CACHE_DAMAGED', folder, cause));
    } catch (error) {
      return this.#doWithout(error);
    }
    for (const cached of this.#read) {
      const key = keyOf(cached.query);
      if (!this.#changes.has(key)) this.put(key, cached);
    }
  }

  /** Leaves the disk as it is, until the next start. */
  async #doWithout(cause: unknown): Promise<void> {
    const { folder, onError } = this.#options;
    const level = this.#level;
    this.#level = undefined;
    await level?.close().catch(() => undefined);
    onError(cause instanceof ShelfError ? cause : new ShelfError('CACHE_UNUSABLE', folder, cause));
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
    // What else this iteration of the event loop brings goes out in the same write.
    await nextIteration();
    await this.#opening;
    try {
      if (this.#level === undefined && this.#clearFirst) await this.#openAgain();
      while (this.#level !== undefined && (this.#clearFirst || this.#changes.size > 0)) {
        await this.#writeSome(this.#level);
      }
    } catch (error) {
      await this.#doWithout(error);
    }
    this.#changes.clear();
    this.#clearFirst = false;
    this.#writing = undefined;
  }

  /** What is to be forgotten is not to be found at the next start, also where the disk was done without. */
  async #openAgain(): Promise<void> {
    if (this.#isClosed) return;
    try {
      this.#level = await openLevel(this.#options);
    } catch (error) {
      // There is nothing of ours.
      if (error instanceof ShelfError) return;
      if (!this.#isOurs) throw error;
      // A disk that is full may have no room to open it, and has enough to remove it.
      await this.#discard();
    }
  }

  async #writeSome(level: Level): Promise<void> {
    const changes = this.#changes;
    this.#changes = new Map();
    if (this.#clearFirst) {
      this.#clearFirst = false;
      await level.clear(PAGES);
    }
    const batch = level.batch();
    for (const [key, cached] of changes) {
      if (cached === undefined) batch.del(PAGE_PREFIX + key);
      else batch.put(PAGE_PREFIX + key, formatRow(cached));
    }
    await batch.write();
  }
}

/** @throws {ShelfError} where the folder is something else's */
async function openLevel({ folder, source }: LevelShelfOptions): Promise<Level> {
  await makeFolder(folder);
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

/** Hands over the pages until it is ended. Returns the keys of the rows that are not what was written. */
async function readRows(
  level: Level,
  ended: AbortSignal,
  take: (cached: CachedPage) => void,
): Promise<string[]> {
  const damaged: string[] = [];
  const rows = level.iterator(PAGES);
  try {
    while (!ended.aborted) {
      const entries = await rows.nextv(PAGES_A_READ);
      if (entries.length === 0) break;
      for (const [key, value] of entries) {
        const cached = parseRow(value);
        if (cached === undefined) damaged.push(key);
        else take(cached);
      }
      await nextIteration();
    }
  } finally {
    await rows.close();
  }
  return damaged;
}
