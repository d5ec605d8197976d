import { execFileSync } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A disk of a few MiB in memory, which a test can fill. Mounting one takes a right that root has. */
export class SmallDisk implements AsyncDisposable {
  readonly folder: string;
  readonly #mebibytes: number;

  private constructor(folder: string, mebibytes: number) {
    this.folder = folder;
    this.#mebibytes = mebibytes;
  }

  /** Mounts a disk at a folder, which is made; in words why that is not possible, where it is not. */
  static async mount(folder: string, mebibytes: number): Promise<SmallDisk | string> {
    await mkdir(folder);
    const options = ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder];
    try {
      execFileSync('mount', options, { stdio: 'pipe' });
      return new SmallDisk(folder, mebibytes);
    } catch (error) {
      return `a small disk cannot be mounted: ${String(error).trim().split('\n').join('; ')}`;
    }
  }

  /** Takes all the room there is. */
  async fill(): Promise<void> {
    const all = Buffer.alloc(this.#mebibytes * 1024 * 1024);
    await writeFile(this.#ballast, all).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOSPC') throw error;
    });
  }

  /** Gives it back. */
  async free(): Promise<void> {
    await rm(this.#ballast);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    execFileSync('umount', ['-l', this.folder], { stdio: 'pipe' });
  }

  get #ballast(): string {
    return join(this.folder, 'ballast');
  }
}
