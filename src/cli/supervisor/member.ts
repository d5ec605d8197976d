import { setTimeout as delay } from 'node:timers/promises';
import type { ServerOptions } from '../../server/options.ts';
import { Backoff } from '../backoff.ts';
import type { Listening } from './messages.ts';
import { ServerProcess, type AskDemo, type Patience } from './server-process.ts';

/**
 * A Ctrl-C reaches every process of the group: a server may have closed before this process knows of it. After
 * this time, in milliseconds, an orderly end that nobody here asked for was meant for that server alone.
 */
const GROUP_SIGNAL_MS = 250;

/** How long a start may take until the operator is notified that it is still under way, in milliseconds. */
const STILL_STARTING_MS = 10_000;

/** What keeps a server running. */
export interface MemberParts {
  /** Called with a line when the server died, when it is back, and when it hangs or does not stop. */
  readonly report: (line: string) => void;
  readonly patience: Patience;
  readonly askDemo: AskDemo;
}

/** One server of the herd, in a process of its own that is started again whenever it dies. */
export class Member {
  readonly #parts: MemberParts;
  readonly #stop = new AbortController();
  #options: ServerOptions;
  #process: ServerProcess | undefined;

  constructor(options: ServerOptions, parts: MemberParts) {
    this.#options = options;
    this.#parts = parts;
  }

  get name(): string {
    return this.#options.name;
  }

  /** What it runs on, also when it is started again. */
  get options(): ServerOptions {
    return this.#options;
  }

  /**
   * Starts it, and from then on keeps it running. Resolves to its addresses once it listens, or to
   * `undefined` when it ended before that; why is on standard error.
   */
  async start(): Promise<Listening | undefined> {
    const started = this.#spawn();
    const listening = await this.#listening(started);
    if (listening !== undefined) {
      void this.#keepRunning(started);
      return listening;
    }
    const { how, hasSaidWhy } = await started.ended;
    if (!hasSaidWhy && !this.#stop.signal.aborted) this.#parts.report(`${this.name} ${how}`);
    return undefined;
  }

  /** Ends it, and resolves once its process is gone. It is not started again. */
  async stop(): Promise<void> {
    this.#stop.abort();
    const hung = await this.#process?.stop();
    if (hung !== undefined) this.#parts.report(`${this.name} ${hung}`);
  }

  /** Ends it at once. */
  kill(): void {
    this.#process?.kill();
  }

  /** Has it run on other options from now on, which differ in what can change while it runs. */
  reload(options: ServerOptions): void {
    this.#options = options;
    this.#process?.send({ order: 'reload', options });
  }

  /** Has it forget its cached places. */
  forgetPlaces(): void {
    this.#process?.send({ order: 'forget-places' });
  }

  #spawn(): ServerProcess {
    const { patience, askDemo } = this.#parts;
    this.#process = new ServerProcess(this.#options, patience, askDemo);
    return this.#process;
  }

  async #listening(started: ServerProcess): Promise<Listening | undefined> {
    const timer = setInterval(
      () => this.#parts.report(`${this.name} is still starting`),
      STILL_STARTING_MS,
    );
    try {
      return await started.listening;
    } finally {
      clearInterval(timer);
    }
  }

  async #keepRunning(first: ServerProcess): Promise<void> {
    const backoff = new Backoff();
    let running = first;
    for (;;) {
      const started = performance.now();
      const { how, isOrderly } = await running.ended;
      if (isOrderly) await this.#wait(GROUP_SIGNAL_MS);
      if (this.#stop.signal.aborted) return;
      const wait = backoff.next(performance.now() - started);
      this.#parts.report(`${this.name} ${how}; starting it again in ${wait} ms`);
      await this.#wait(wait);
      if (this.#stop.signal.aborted) return;
      running = this.#spawn();
      void this.#reportReturn(running);
    }
  }

  /** Waits, unless it is to stop. */
  async #wait(delayMs: number): Promise<void> {
    await delay(delayMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }

  async #reportReturn(started: ServerProcess): Promise<void> {
    if ((await this.#listening(started)) !== undefined) this.#parts.report(`${this.name} is back`);
  }
}
