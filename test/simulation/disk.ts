import type { JournalLimits } from '#src/journal/journal-limits.js';
import type { Storage, StoredFile, WritableFile } from '#src/journal/storage.js';
import { isAtLeast, type ModelLocation } from './model.ts';
import type { Random } from './random.ts';
import type { Schedule } from './schedule.ts';

/** How likely anything fails that is done on the disk, as on a full one. */
const FAILURE = 0.01;
/** How likely what failed, or what a crash came before it was synced, is kept all the same. */
const KEPT_UNTOLD = 0.5;
/** How long anything takes at most, and how likely it takes much longer, as on a busy disk. */
const MOST_MS = 20;
const SLOW = 0.05;
const MOST_SLOW_MS = 1000;
/** A write that is torn is kept in pieces of so many bytes, or not. */
const MOST_PIECE_BYTES = 64;

interface Write {
  readonly bytes: Buffer;
  readonly position: number;
}

/** What a file has for sure, and what was written to it since it was synced. */
class SimulatedFile {
  #synced: Buffer = Buffer.alloc(0);
  #writes: Write[] = [];

  /** What whoever reads it finds. */
  get bytes(): Buffer {
    return this.#writes.reduce(written, this.#synced);
  }

  write(write: Write): void {
    this.#writes.push(write);
  }

  truncate(sizeBytes: number): void {
    this.#synced = this.bytes.subarray(0, sizeBytes);
    this.#writes = [];
  }

  /** The same file on another disk. */
  copy(): SimulatedFile {
    const copy = new SimulatedFile();
    copy.#synced = this.#synced;
    copy.#writes = [...this.#writes];
    return copy;
  }

  sync(): void {
    this.#synced = this.bytes;
    this.#writes = [];
  }

  /** Power is lost: of what was not synced any part may be there, and any may be zeros. */
  crash(random: Random): void {
    for (const write of this.#writes) {
      const isWhole = random.chance(KEPT_UNTOLD);
      this.#synced = isWhole ? written(this.#synced, write) : torn(this.#synced, write, random);
    }
    this.#writes = [];
  }
}

function written(before: Buffer, { bytes, position }: Write): Buffer {
  const after = Buffer.alloc(Math.max(before.length, position + bytes.length));
  before.copy(after);
  bytes.copy(after, position);
  return after;
}

function torn(before: Buffer, { bytes, position }: Write, random: Random): Buffer {
  let kept = before;
  for (let start = 0; start < bytes.length;) {
    const end = start + random.integer(1, MOST_PIECE_BYTES);
    if (random.chance(KEPT_UNTOLD)) {
      kept = written(kept, { bytes: bytes.subarray(start, end), position: position + start });
    }
    start = end;
  }
  return kept;
}

type Names = Map<string, SimulatedFile>;

/** A disk as it was at one time, as if the power had been lost. */
interface Backup {
  readonly names: Names;
  readonly promised: ReadonlyMap<string, ModelLocation>;
}

/** A server's disk: what was synced on it outlives the server. */
export class SimulatedDisk {
  readonly #schedule: Schedule;
  readonly #random: Random;
  #names: Names = new Map();
  #syncedNames: Names = new Map();
  /** What was done to the names since they were synced. */
  #renamings: ((names: Names) => void)[] = [];
  /** What the writer of this life, or of an earlier one, can still do. */
  #life = 0;
  #mayFail = false;
  #promised = new Map<string, ModelLocation>();
  /** So small that a few clients fill frames, and have snapshots taken. */
  readonly limits: JournalLimits;

  constructor(schedule: Schedule, random: Random) {
    this.#schedule = schedule;
    this.#random = random;
    this.limits = {
      frameBytes: random.integer(100, 2000),
      gatheredChanges: random.integer(1, 8),
      snapshotBytes: random.integer(100, 500),
      snapshotChanges: random.integer(1, 4),
      replayedLines: random.integer(1, 8),
      slackBytes: random.integer(0, 2000),
      logs: 4,
    };
  }

  /** Notes that a server has promised to have a location on this disk. */
  promise(location: ModelLocation): void {
    const before = this.#promised.get(location.client);
    if (before === undefined || isAtLeast(location, before)) {
      this.#promised.set(location.client, location);
    }
  }

  /** What is promised of each client. */
  get promised(): Iterable<ModelLocation> {
    return this.#promised.values();
  }

  /** From now on, until the next crash, anything may fail. */
  fail(): void {
    this.#mayFail = true;
  }

  /** What the server of the present life has of the disk. */
  storage(): Storage {
    const life = this.#life;
    const rename = (action: (names: Names) => void): Promise<void> =>
      this.#do(life, () => {
        action(this.#names);
        this.#renamings.push(action);
      });
    return {
      list: () => this.#ask(life, () => [...this.#names].map(stored)),
      read: (name, position, into) =>
        this.#ask(life, () => this.#names.get(name)?.bytes.copy(into, 0, position) ?? 0),
      create: async (name) => {
        const file = new SimulatedFile();
        await rename((names) => names.set(name, file));
        return this.#writable(life, file);
      },
      rename: (from, to) => {
        const file = this.#names.get(from);
        return rename((names) => {
          names.delete(from);
          if (file !== undefined) names.set(to, file);
        });
      },
      remove: (name) => rename((names) => names.delete(name)),
      truncate: (name, sizeBytes) =>
        this.#do(life, () => this.#names.get(name)?.truncate(sizeBytes)),
      syncNames: () =>
        this.#do(life, () => {
          this.#syncedNames = new Map(this.#names);
          this.#renamings = [];
        }),
      requireEmpty: () => Promise.reject(new Error('no file is ever gone')),
    };
  }

  /** The writer is gone, and so may be what was not synced. */
  crash(): void {
    this.#life += 1;
    this.#mayFail = false;
    this.#put(this.#whatIsKept());
    for (const file of new Set(this.#names.values())) file.crash(this.#random);
  }

  /** Copies the disk while it is written to. */
  backUp(): Backup {
    const names = this.#whatIsKept();
    for (const [name, file] of names) {
      const copy = file.copy();
      copy.crash(this.#random);
      names.set(name, copy);
    }
    return { names, promised: new Map(this.#promised) };
  }

  /** Puts what a backup has in the place of all that there is. Nobody may be writing. */
  restore({ names, promised }: Backup): void {
    this.#put(names);
    this.#promised = new Map(promised);
  }

  #put(names: Names): void {
    this.#renamings = [];
    this.#syncedNames = names;
    this.#names = new Map(names);
  }

  /** The names that are there after a crash. */
  #whatIsKept(): Names {
    const names = new Map(this.#syncedNames);
    for (const renaming of this.#renamings) {
      if (this.#random.chance(KEPT_UNTOLD)) renaming(names);
    }
    return names;
  }

  #writable(life: number, file: SimulatedFile): WritableFile {
    return {
      write: (bytes, position) => {
        // Some of it may be there long before all is.
        if (life === this.#life) file.write({ bytes: Buffer.from(bytes), position });
        return this.#do(life, () => {});
      },
      sync: () => this.#do(life, () => file.sync()),
      close: async () => {},
    };
  }

  /** Does something after a while, unless the life that asks is over by then. */
  #ask<T>(life: number, action: () => T): Promise<T> {
    return new Promise((resolve) => {
      const mostMs = this.#random.chance(SLOW) ? MOST_SLOW_MS : MOST_MS;
      this.#schedule.after(this.#random.next() * mostMs, () => {
        if (life !== this.#life) return;
        this.#schedule.settle();
        resolve(action());
      });
    });
  }

  /** Does something that may fail, and be done all the same. */
  async #do(life: number, action: () => void): Promise<void> {
    const fails = this.#mayFail && this.#random.chance(FAILURE);
    await this.#ask(life, () => {
      if (!fails || this.#random.chance(KEPT_UNTOLD)) action();
    });
    if (fails) throw new Error('no space left on device');
  }
}

function stored([name, file]: [string, SimulatedFile]): StoredFile {
  return { name, sizeBytes: file.bytes.length };
}
