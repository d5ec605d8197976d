import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

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
  #isFailing = false;
  #isClosing = false;

  private constructor(path: string, file: FileHandle, onTrouble: (detail: string) => void) {
    this.#path = path;
    this.#file = file;
    this.#onTrouble = onTrouble;
  }

  /**
   * Opens a file, and makes its folder.
   *
   * @param onTrouble told in words when it cannot be written any more, once until it can be again
   * @throws {LogError} where it cannot be opened
   */
  static async open(path: string, onTrouble: (detail: string) => void): Promise<LogFile> {
    try {
      await mkdir(dirname(path), { recursive: true });
      return new LogFile(path, await open(path, 'a'), onTrouble);
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

  /** Opens the file anew, for the one that was renamed, which still gets what was added before. */
  reopen(): void {
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

  async #openAnew(): Promise<void> {
    this.#isRenamed = false;
    try {
      const file = await open(this.#path, 'a');
      await this.#file.close();
      this.#file = file;
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Tries until it is written, or the log closes. */
  async #writeOut(bytes: Buffer): Promise<void> {
    for (let written = 0; written < bytes.length;) {
      try {
        const { bytesWritten } = await this.#file.write(bytes, written);
        written += bytesWritten;
        this.#isFailing = false;
      } catch (error) {
        this.#failed(error);
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

  #failed(error: unknown): void {
    const detail = error instanceof Error ? error.message : String(error);
    if (!this.#isFailing) this.#onTrouble(`the log ${this.#path} cannot be written: ${detail}`);
    this.#isFailing = true;
  }
}
