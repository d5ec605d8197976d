import { open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import { makeFolder } from '../disk/make-folder.ts';
import { FolderLock } from './folder-lock.ts';
import { JournalError } from './journal-errors.ts';
import { FileGoneError, type Storage, type StoredFile, type WritableFile } from './storage.ts';

/** A folder of this machine's disk, which this process has for itself. */
export class NodeStorage implements Storage {
  readonly #folder: string;
  #lock: FolderLock;

  private constructor(folder: string, lock: FolderLock) {
    this.#folder = folder;
    this.#lock = lock;
  }

  /**
   * Makes the folder where there is none, and locks it.
   *
   * @throws {JournalError} where another process has it, or it cannot be written
   */
  static async open(folder: string): Promise<NodeStorage> {
    await unwritable(folder, () => makeFolder(folder));
    return new NodeStorage(folder, await FolderLock.take(folder));
  }

  list(): Promise<StoredFile[]> {
    return unwritable(this.#folder, async () => {
      const entries = await readdir(this.#folder, { withFileTypes: true });
      const files = entries.filter((entry) => !entry.isSocket());
      return Promise.all(
        files.map(async ({ name }) => {
          const { size: sizeBytes } = await stat(this.#path(name));
          return { name, sizeBytes };
        }),
      );
    });
  }

  async read(name: string, position: number, into: Buffer): Promise<number> {
    const file = await open(this.#path(name), 'r');
    try {
      return (await file.read(into, 0, into.length, position)).bytesRead;
    } finally {
      await file.close();
    }
  }

  create(name: string): Promise<WritableFile> {
    return unwritable(this.#folder, async () => {
      const file = await open(this.#path(name), 'w');
      return new NodeFile(this.#folder, this.#path(name), file);
    });
  }

  rename(from: string, to: string): Promise<void> {
    return unwritable(this.#folder, () => rename(this.#path(from), this.#path(to)));
  }

  remove(name: string): Promise<void> {
    return unwritable(this.#folder, () => rm(this.#path(name), { force: true }));
  }

  truncate(name: string, sizeBytes: number): Promise<void> {
    return unwritable(this.#folder, async () => {
      const file = await open(this.#path(name), 'r+');
      try {
        await file.truncate(sizeBytes);
        await file.sync();
      } finally {
        await file.close();
      }
    });
  }

  syncNames(): Promise<void> {
    return unwritable(this.#folder, async () => {
      const folder = await open(this.#folder);
      try {
        await folder.sync();
      } finally {
        await folder.close();
      }
    });
  }

  async requireEmpty(): Promise<void> {
    await unwritable(this.#folder, () => makeFolder(this.#folder));
    await this.#lock.release();
    this.#lock = await FolderLock.take(this.#folder);
    const [first] = await this.list();
    if (first === undefined) return;
    const found = `in the place of its folder is one that has ${JSON.stringify(first.name)}`;
    throw new JournalError('JOURNAL_UNWRITABLE', this.#folder, found);
  }

  /** Has the folder be anybody's. */
  close(): Promise<void> {
    return this.#lock.release();
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}

class NodeFile implements WritableFile {
  readonly #folder: string;
  readonly #path: string;
  readonly #file: FileHandle;

  constructor(folder: string, path: string, file: FileHandle) {
    this.#folder = folder;
    this.#path = path;
    this.#file = file;
  }

  write(bytes: Buffer, position: number): Promise<void> {
    return unwritable(this.#folder, async () => {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await this.#file.write(
          bytes,
          done,
          bytes.length - done,
          position + done,
        );
        done += bytesWritten;
      }
    });
  }

  sync(): Promise<void> {
    return unwritable(this.#folder, async () => {
      const [{ nlink }] = await Promise.all([this.#file.stat(), this.#file.datasync()]);
      if (nlink === 0) throw new FileGoneError(this.#path);
    });
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** Does something on the disk; where the system refuses it, that is the journal's error. */
async function unwritable<T>(folder: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof FileGoneError || error instanceof JournalError) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    throw new JournalError('JOURNAL_UNWRITABLE', folder, detail, error);
  }
}
