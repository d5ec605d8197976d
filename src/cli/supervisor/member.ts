import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SERVER_NODE_OPTIONS } from '../node-options.ts';
import { Backoff } from './backoff.ts';
import { type ReadyMessage, readyMessageSchema } from './ready-message.ts';

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));

/** Within this a server listens, in milliseconds, even on a machine that starts many at once. */
const READY_WITHIN_MS = 20_000;

/** A server closes within 500 ms; the rest of the second that a stop may take is for a slow machine. */
const STOP_WITHIN_MS = 900;

/** One server of the herd, in a process of its own that is started again whenever it dies. */
export class Member {
  readonly name: string;
  readonly #args: readonly string[];
  readonly #report: (line: string) => void;
  readonly #stop = new AbortController();
  #child: ChildProcess | undefined;

  /** `report` is told, in a line each, when the server died and when it is back. */
  constructor(name: string, configFile: string | undefined, report: (line: string) => void) {
    this.name = name;
    this.#args = ['serve', name, ...(configFile === undefined ? [] : ['--config', configFile])];
    this.#report = report;
  }

  /**
   * Starts it, and from then on keeps it running. Resolves to its addresses once it listens, or to
   * `undefined` when it ended before that; why is on standard error.
   */
  async start(): Promise<ReadyMessage | undefined> {
    const child = this.#spawn();
    const ready = await this.#ready(child);
    if (ready !== undefined) void this.#keepRunning(child);
    return ready;
  }

  /** Ends it, and resolves once its process is gone. It is not started again. */
  async stop(): Promise<void> {
    this.#stop.abort();
    const child = this.#child;
    if (child === undefined || hasEnded(child)) return;
    const gone = once(child, 'exit');
    // The end of the channel, not a signal: after a Ctrl-C, which reaches the child as well, a
    // signal would be its second, and that ends it without closing anything.
    if (child.connected) child.disconnect();
    const timer = setTimeout(() => this.kill(), STOP_WITHIN_MS);
    await gone;
    clearTimeout(timer);
  }

  /** Ends it at once. */
  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  /** Has it do what the signal asks for; see `untilStopped`. */
  signal(signal: 'SIGHUP' | 'SIGUSR2'): void {
    this.#child?.kill(signal);
  }

  #spawn(): ChildProcess {
    const child = fork(MAIN, this.#args, {
      execArgv: [...SERVER_NODE_OPTIONS, ...process.execArgv],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child = child;
    return child;
  }

  #ready(child: ChildProcess): Promise<ReadyMessage | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#report(`${this.name} did not listen within ${READY_WITHIN_MS / 1000} s`);
        child.kill('SIGKILL');
      }, READY_WITHIN_MS);
      const settle = (ready?: ReadyMessage): void => {
        clearTimeout(timer);
        resolve(ready);
      };
      child.once('message', (message) => {
        settle(readyMessageSchema.parse(message));
      });
      void ending(child).then(() => settle());
    });
  }

  async #keepRunning(first: ChildProcess): Promise<void> {
    const backoff = new Backoff();
    let child = first;
    for (;;) {
      const started = performance.now();
      const how = await ending(child);
      if (this.#stop.signal.aborted) return;
      const wait = backoff.next(performance.now() - started);
      this.#report(`${this.name} ${how}; starting it again in ${wait} ms`);
      try {
        await delay(wait, undefined, { signal: this.#stop.signal });
      } catch {
        return; // told to stop
      }
      child = this.#spawn();
      void this.#reportReturn(child);
    }
  }

  async #reportReturn(child: ChildProcess): Promise<void> {
    if ((await this.#ready(child)) !== undefined) this.#report(`${this.name} is back`);
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

/** Resolves when the process is gone, to how it went. */
function ending(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    const settle = (): void => {
      const { exitCode, signalCode } = child;
      resolve(signalCode === null ? `ended with status ${exitCode}` : `was ended by ${signalCode}`);
    };
    if (hasEnded(child)) settle();
    child.once('exit', settle);
    child.once('error', (error) => {
      if (child.pid === undefined) resolve(`could not be started: ${error.message}`);
    });
  });
}
