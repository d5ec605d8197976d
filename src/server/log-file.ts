import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { makeFolder } from '../disk/make-folder.ts';
import { LogError } from './errors.ts';
import { LogLines } from './log-lines.ts';

/**
 * How much of the log may wait for the disk, in bytes: some seconds of a busy server. Beyond it
 * lines are dropped and counted, since the herd must not stop for its log.
 */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;
/** How many bytes of lines are gathered for one write. */
const WRITE_BYTES = 256 * 1024;
/** How long lines are gathered for one write at most, in milliseconds: a crash loses so much. */
const WRITE_INTERVAL_MS = 10;
/** How long after a failed write it is tried again, in milliseconds. */
const RETRY_MS = 1000;
/** How often it is looked at whether the file is still there and nobody else's, in milliseconds, where lines come. */
const LOOK_INTERVAL_MS = 1000;

/**
 * A file that lines are appended to, some at a time: a write for each would take more time than all
 * the rest. While one buffer is written out the other one takes the next lines, so there is no
 * garbage however much is logged.
 */
export class LogFile {
  readonly #path: string;
  readonly #onTrouble: (detail: string) => void;
  #file: FileHandle;
  #waiting = new LogLines(WRITE_BYTES);
  #written = new LogLines(WRITE_BYTES);
  /** How many lines were not taken. */
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;
  #isRenamed = false;
  #isClosing = false;
  #isWriteFailing = false;
  #isOpenFailing = false;
  /** How long the file is if nobody else writes there, in bytes. */
  #sizeBytes: number;
  #isShared = false;
  /** When it is next looked at, of the clock that does not go back. */
  #nextLookMs = 0;

  private constructor(
    path: string,
    { file, sizeBytes }: OpenFile,
    onTrouble: (detail: string) => void,
  ) {
    this.#path = path;
    this.#file = file;
    this.#sizeBytes = sizeBytes;
    this.#onTrouble = onTrouble;
  }

  /**
   * Opens a file, and makes its folder.
   *
   * @param onTrouble called with a message when it cannot be written any more, once until it can be again;
   *   when it was removed; and when another process writes to it
   * @throws {LogError} where it cannot be opened
   */
  static async open(path: string, onTrouble: (detail: string) => void): Promise<LogFile> {
    try {
      return new LogFile(path, await openFile(path), onTrouble);
    } catch (error) {
      throw new LogError(path, error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Where to add a line, after which `added` is to be called; `undefined`: there is no room for it. */
  get lines(): LogLines | undefined {
    if (!this.#isClosing && this.#waiting.length < MAX_WAITING_BYTES) return this.#waiting;
    this.#dropped += 1;
    return undefined;
  }

  /** Sees to it that what was added is written soon. */
  added(): void {
    if (this.#waiting.length >= WRITE_BYTES) this.#write();
    else this.#timer ??= setTimeout(() => this.#write(), WRITE_INTERVAL_MS);
  }

  /** Opens the file again, after it was renamed; the renamed one still gets what was added before. */
  reopen(): void {
    if (this.#isClosing) return;
    this.#isRenamed = true;
    this.#write();
  }

  /** Writes out what waits, and closes. What is added later is not taken. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#write();
    await this.#writing;
    await this.#file.close();
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing ??= this.#writeAll().finally(() => (this.#writing = undefined));
  }

  async #writeAll(): Promise<void> {
    while (this.#isRenamed || this.#waiting.length > 0) {
      const wasRenamed = this.#isRenamed;
      const lines = this.#waiting;
      this.#waiting = this.#written;
      this.#written = lines;
      await this.#writeOut(lines.bytes);
      lines.clear();
      if (wasRenamed) await this.#openAnew();
      this.#tellDropped();
    }
  }

  /** Where that fails, the old file goes on and it is tried again later. */
  async #openAnew(): Promise<void> {
    this.#isRenamed = false;
    try {
      const { file, sizeBytes } = await openFile(this.#path);
      await this.#file.close();
      this.#file = file;
      this.#sizeBytes = sizeBytes;
      this.#isOpenFailing = false;
    } catch (error) {
      if (!this.#isOpenFailing)
        this.#onTrouble(`the log ${this.#path} cannot be opened anew: ${text(error)}`);
      this.#isOpenFailing = true;
      if (!this.#isClosing) setTimeout(() => this.reopen(), RETRY_MS).unref();
    }
  }

  /** A file that was removed, or whose folder was, is made again: what is written to it is lost. */
  async #look(): Promise<void> {
    const now = performance.now();
    if (now < this.#nextLookMs || this.#isOpenFailing) return;
    this.#nextLookMs = now + LOOK_INTERVAL_MS;
    const { nlink, size } = await this.#file.stat();
    if (nlink === 0) {
      this.#onTrouble(`the log ${this.#path} was removed; it is made again`);
      return this.#openAnew();
    }
    if (size > this.#sizeBytes && !this.#isShared) {
      this.#isShared = true;
      this.#onTrouble(
        `another process writes to the log ${this.#path} as well: give each herd a folder of its own with logs`,
      );
    }
    this.#sizeBytes = size;
  }

  /** Tries until it is written, or the log closes. */
  async #writeOut(bytes: Buffer): Promise<void> {
    for (let written = 0; written < bytes.length;) {
      try {
        await this.#look();
        const { bytesWritten } = await this.#file.write(bytes, written);
        written += bytesWritten;
        this.#sizeBytes += bytesWritten;
        this.#isWriteFailing = false;
      } catch (error) {
        this.#writeFailed(error);
        if (this.#isClosing) return;
        await delay(RETRY_MS, undefined, { ref: false });
        if (this.#isRenamed) await this.#openAnew();
      }
    }
  }

  #tellDropped(): void {
    if (this.#dropped === 0 || this.#isClosing) return;
    this.#waiting.add({ event: 'log-dropped', lines: this.#dropped }, Date.now());
    this.#dropped = 0;
  }

  #writeFailed(error: unknown): void {
    if (!this.#isWriteFailing)
      this.#onTrouble(`the log ${this.#path} cannot be written: ${text(error)}`);
    this.#isWriteFailing = true;
  }
}

interface OpenFile {
  readonly file: FileHandle;
  readonly sizeBytes: number;
}

/** Opens a file to append to it, and makes its folder. */
async function openFile(path: string): Promise<OpenFile> {
  await makeFolder(dirname(path));
  const file = await open(path, 'a');
  const { size: sizeBytes } = await file.stat();
  return { file, sizeBytes };
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
