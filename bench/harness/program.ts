import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';

/** How long a program may take to start, in milliseconds: many times what the slowest does. */
const START_WITHIN_MS = 30_000;
/** How long one may take to stop after SIGTERM, in milliseconds, before SIGKILL. */
const STOP_WITHIN_MS = 5_000;
/** How much of what it printed is kept for error messages, in characters. */
const KEPT_OUTPUT = 4_096;

/** A program that did not do what was expected of it: start, print its line, end well. */
export class ProgramError extends Error {
  readonly code = 'PROGRAM_FAILED';
  override readonly name = 'ProgramError';
}

/** A process that a benchmark started. */
export class Program {
  readonly #command: string;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  readonly #exited: Promise<number | NodeJS.Signals>;
  #output = '';

  constructor(command: string, args: readonly string[]) {
    this.#command = [command, ...args].join(' ');
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output = `${this.#output}${text}`.slice(-KEPT_OUTPUT);
      });
    }
    this.#exited = new Promise((resolve, reject) => {
      child.once('error', (error) => {
        reject(this.#failure(`did not start: ${error.message}`));
      });
      child.once('exit', (code, signal) => {
        resolve(code ?? signal ?? 0);
      });
    });
    this.#exited.catch(() => undefined); // thrown to the caller that waits for it
  }

  /** Its process ID. Throws `ProgramError` where it did not start. */
  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw this.#failure('did not start');
    return pid;
  }

  /** Waits until its standard output matches. Throws `ProgramError` when it ends first or takes too long. */
  async prints(pattern: RegExp, withinMs = START_WITHIN_MS): Promise<void> {
    const { stdout } = this.#child;
    let received = '';
    let timer: NodeJS.Timeout | undefined;
    const printed = new Promise<void>((resolve, reject) => {
      const onData = (text: string): void => {
        received += text;
        if (!pattern.test(received)) return;
        stdout.off('data', onData);
        resolve();
      };
      stdout.on('data', onData);
      timer = setTimeout(() => {
        reject(this.#failure(`printed no ${String(pattern)} within ${withinMs} ms`));
      }, withinMs);
    });
    const ended = this.#exited.then((status) => {
      throw this.#failure(`ended with ${status} before it printed ${String(pattern)}`);
    });
    try {
      await Promise.race([printed, ended]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Waits until it ends by itself. Throws `ProgramError` where its exit status is not 0. */
  async succeeds(): Promise<void> {
    const status = await this.#exited;
    if (status !== 0) throw this.#failure(`ended with ${status}`);
  }

  /** Asks it to end, makes it after a while, and waits until it has. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_WITHIN_MS);
    await this.#exited.catch(() => undefined); // one that did not start needs no stopping
    clearTimeout(timer);
  }

  #failure(what: string): ProgramError {
    const output = this.#output.trim();
    return new ProgramError(`${this.#command} ${what}${output === '' ? '' : `:\n${output}`}`);
  }
}
