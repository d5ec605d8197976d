import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { FileGoneError, type Storage, type StoredFile, type WritableFile } from './storage.ts';

/*
 * A disk for the tests of the journal; there is no test in it.
 */

interface Pending {
  readonly name: string;
  readonly settle: (error?: Error) => void;
}

/** A folder in memory. Once it `holds`, a sync is done when the test says so. */
export class MemoryStorage implements Storage {
  readonly files = new Map<string, Buffer>();
  /** What was done, in order: `sync NAME`, `rename FROM TO`, … */
  readonly done: string[] = [];
  /** Whether syncs wait for `finish` or `fail`. */
  holds = false;
  /** Of the next calls those whose name it matches fail. */
  failing: RegExp | undefined;
  isGone = false;
  readonly #pending: Pending[] = [];

  /** The files whose syncs are under way. */
  get syncing(): string[] {
    return this.#pending.map(({ name }) => name);
  }

  list(): Promise<StoredFile[]> {
    const files = [...this.files].map(([name, bytes]) => ({ name, sizeBytes: bytes.length }));
    return Promise.resolve(files);
  }

  read(name: string, position: number, into: Buffer): Promise<number> {
    const file = this.files.get(name);
    if (file === undefined) return Promise.reject(new Error(`${name} is not there`));
    return Promise.resolve(position < file.length ? file.copy(into, 0, position) : 0);
  }

  async create(name: string): Promise<WritableFile> {
    this.#do(`create ${name}`);
    const file = { name };
    this.files.set(name, Buffer.alloc(0));
    this.#open.add(file);
    return {
      write: (bytes, position) => this.#write(file.name, bytes, position),
      sync: () => this.#sync(file.name),
      close: async () => void this.#open.delete(file),
    };
  }

  async rename(from: string, to: string): Promise<void> {
    this.#do(`rename ${from} ${to}`);
    const bytes = this.files.get(from);
    assert.ok(bytes !== undefined, `${from} is not there`);
    this.files.delete(from);
    this.files.set(to, bytes);
    for (const file of this.#open) if (file.name === from) file.name = to;
  }

  async remove(name: string): Promise<void> {
    this.#do(`remove ${name}`);
    this.files.delete(name);
  }

  async truncate(name: string, sizeBytes: number): Promise<void> {
    this.#do(`truncate ${name}`);
    this.files.set(name, Buffer.from(this.files.get(name)?.subarray(0, sizeBytes) ?? []));
  }

  async syncNames(): Promise<void> {
    this.#do('sync names');
  }

  async requireEmpty(): Promise<void> {
    if (this.files.size > 0) throw new Error('it is not empty');
    this.isGone = false;
  }

  /** The folder is removed with all that is in it. */
  vanish(): void {
    this.files.clear();
    this.isGone = true;
  }

  /** The sync that is under way is done, of a file whose name matches. */
  async finish(which = /./): Promise<void> {
    await this.#settle(which);
  }

  /** The sync that is under way fails, of a file whose name matches. */
  async fail(why = 'disk full', which = /./): Promise<void> {
    await this.#settle(which, new Error(why));
  }

  readonly #open = new Set<{ name: string }>();

  async #settle(which: RegExp, error?: Error): Promise<void> {
    const index = this.#pending.findIndex(({ name }) => which.test(name));
    const [pending] = this.#pending.splice(index, 1);
    assert.ok(index !== -1 && pending, 'nothing is being synced');
    pending.settle(error);
    await nextTurn();
  }

  #do(what: string): void {
    if (this.failing?.test(what) === true) throw new Error(`cannot ${what}`);
    this.done.push(what);
  }

  async #write(name: string, bytes: Buffer, position: number): Promise<void> {
    this.#do(`write ${name}`);
    if (this.isGone) return;
    const before = this.files.get(name) ?? Buffer.alloc(0);
    const after = Buffer.alloc(Math.max(before.length, position + bytes.length));
    before.copy(after);
    bytes.copy(after, position);
    this.files.set(name, after);
  }

  async #sync(name: string): Promise<void> {
    this.#do(`sync ${name}`);
    if (this.isGone) throw new FileGoneError(name);
    if (!this.holds) return;
    await new Promise<void>((resolve, reject) => {
      const settle = (error?: Error): void => (error === undefined ? resolve() : reject(error));
      this.#pending.push({ name, settle });
    });
  }
}
