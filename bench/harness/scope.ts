import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Program } from './program.ts';

/**
 * Owns what a benchmark starts, and ends it in the reverse order when it is disposed. Nothing can be
 * started in a scope that has ended: a run that goes on after Ctrl-C leaves nothing behind.
 */
export class Scope implements AsyncDisposable {
  readonly #ends: (() => Promise<void>)[] = [];
  #ended = false;

  /** Starts a program; it is ended by its process ID. */
  spawn(command: string, args: readonly string[]): Program {
    this.#assertOpen();
    const program = new Program(command, args);
    this.#ends.push(() => program.stop());
    return program;
  }

  /** Makes a folder for temporary files; it is removed with all that is in it. */
  folder(): string {
    this.#assertOpen();
    // Synchronous, so that the scope cannot end between the making and the noting.
    const path = mkdtempSync(join(tmpdir(), 'proxy-herd-bench-'));
    this.#ends.push(() => rm(path, { recursive: true, force: true, maxRetries: 3 }));
    return path;
  }

  /**
   * Has `end` called at the end, for something that is neither a program nor a folder. In a scope that
   * has ended it is called at once.
   */
  async defer(end: () => Promise<void>): Promise<void> {
    if (this.#ended) await end();
    else this.#ends.push(end);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    const errors: unknown[] = [];
    for (const end of this.#ends.splice(0).toReversed()) {
      await end().catch((error: unknown) => errors.push(error));
    }
    if (errors.length > 0) throw new AggregateError(errors, 'not everything could be ended');
  }

  #assertOpen(): void {
    if (this.#ended) throw new Error('the scope has ended: nothing can be started in it');
  }
}
