import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { PATIENCE_MS } from './patience.ts';

/** The checkout's folder; this file runs as `build/test/support/process.js`. */
export const CHECKOUT = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * What runs the servers that tests start: a path, of Bun's for one. Tests themselves run on Node.
 */
export const RUNTIME = process.env['PROXY_HERD_RUNTIME'] ?? process.execPath;

/** Whether servers run on Bun. */
export const IS_ON_BUN = basename(RUNTIME).startsWith('bun');

/** The built command line. */
const CLI = fileURLToPath(new URL('../../../dist/bin/main.js', import.meta.url));

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** What a process printed, and how it ended. */
export interface Finished extends Exit {
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and with what a process runs. */
export interface RunOptions {
  readonly cwd?: string;
  /** Added to the test's own environment; `undefined` takes a variable away. */
  readonly env?: NodeJS.ProcessEnv;
}

/** A process that a test started. Disposing it ends it, first politely. */
export class TestProcess implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly exited: Promise<Exit>;
  readonly #stdout: Buffer[] = [];
  readonly #stderr: Buffer[] = [];

  constructor(command: string, args: readonly string[], options: RunOptions = {}) {
    // A variable of the test runner's that would make a nested `node` report to it, and a key that
    // the developer's own shell may have, are nothing that a process under test should see.
    const clean = { NODE_TEST_CONTEXT: undefined, GOOGLE_MAPS_API_KEY: undefined };
    this.#child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...clean, ...options.env },
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    this.#child.stdin.on('error', () => undefined); // a process may end without reading its input
    this.#child.stdout.on('data', (bytes: Buffer) => this.#stdout.push(bytes));
    this.#child.stderr.on('data', (bytes: Buffer) => this.#stderr.push(bytes));
    const child = this.#child;
    this.exited = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        resolve({ code, signal });
      });
    });
    this.exited.catch(() => undefined); // reported where it is awaited
  }

  /** The process ID. */
  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('the process did not start');
    return pid;
  }

  get stdout(): string {
    return this.stdoutBytes.toString();
  }

  get stdoutBytes(): Buffer {
    return Buffer.concat(this.#stdout);
  }

  get stderr(): string {
    return Buffer.concat(this.#stderr).toString();
  }

  /** Its standard input. */
  get stdin(): Writable {
    return this.#child.stdin;
  }

  /** Reads its output no more: what it writes from now on fails with EPIPE. */
  closeOutput(): void {
    this.#child.stdout.destroy();
    this.#child.stderr.destroy();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits until `stream` matches; fails when the process ends first or takes too long. */
  async waitFor(
    pattern: RegExp,
    stream: 'stdout' | 'stderr' = 'stdout',
    withinMs = PATIENCE_MS,
  ): Promise<RegExpExecArray> {
    const source = this.#child[stream];
    const deadline = AbortSignal.timeout(withinMs);
    for (;;) {
      const match = pattern.exec(this[stream]);
      if (match !== null) return match;
      if (source.readableEnded || deadline.aborted) {
        throw new Error(`no ${String(pattern)} on ${stream}\n${this.stdout}\n${this.stderr}`);
      }
      const more = new AbortController();
      const either = { signal: AbortSignal.any([deadline, more.signal]) };
      await Promise.race([once(source, 'data', either), once(source, 'close', either)]).catch(
        () => undefined,
      );
      more.abort();
    }
  }

  /** Waits until it ends by itself. */
  async finished(): Promise<Finished> {
    const exit = await this.exited;
    return { ...exit, stdout: this.stdout, stderr: this.stderr };
  }

  /** Asks it to end, and makes it after a while. */
  async stop(): Promise<Exit> {
    this.signal('SIGTERM');
    const timer = setTimeout(() => {
      this.signal('SIGKILL');
    }, PATIENCE_MS);
    try {
      return await this.exited;
    } finally {
      clearTimeout(timer);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop().catch(() => undefined);
  }
}

/**
 * Starts the built command line with its output redirected by a POSIX shell, for example to a full disk
 * (`2>/dev/full`) or to nowhere (`2>&-`); `before` is a command of the shell's that comes first.
 */
export function startCliInShell(
  args: readonly string[],
  redirections: string,
  before = ':',
): TestProcess {
  const command = [RUNTIME, CLI, ...args].map((word) => `'${word}'`).join(' ');
  return new TestProcess('sh', ['-c', `${before}; exec ${command} ${redirections}`]);
}

/** Starts the built command line with these arguments. */
export function startCli(args: readonly string[], options: RunOptions = {}): TestProcess {
  return new TestProcess(RUNTIME, [CLI, ...args], options);
}

/** Runs the built command line to its end; `input` is its standard input. */
export async function runCli(
  args: readonly string[],
  options: RunOptions & { readonly input?: string | Uint8Array } = {},
): Promise<Finished> {
  await using cli = startCli(args, options);
  cli.stdin.end(options.input ?? '');
  return await cli.finished();
}

/** Whether a process with this ID exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
