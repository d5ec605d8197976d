import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { DemoAnswer, DemoWish } from '../../gateway/demo-port.ts';
import type { ServerOptions } from '../../server/options.ts';
import { SERVER_RUNTIME_OPTIONS } from '../runtime-options.ts';
import type { Listening, News, Order } from './messages.ts';

/** Beside this module, or beside the bundle that it is in: see scripts/bundle.mjs. */
const MEMBER_MAIN = fileURLToPath(new URL('member-main.js', import.meta.url));

/** How long a server's process may take for what, in milliseconds. */
export interface Patience {
  /**
   * Silence of one that starts. It says at an interval that it is alive, so this bounds no slow start, only
   * how long a process takes to load its program, or a step of work that lets nothing else happen.
   */
  readonly startSilenceMs: number;
  /** Silence of one that stops. */
  readonly stopSilenceMs: number;
  /** All of a stop. */
  readonly stopMs: number;
}

/**
 * To load the program takes a server less than a second, and some on a machine that starts many at once:
 * one that is silent for many times that hangs. A stopping one has the program, and says every 200 ms that
 * it is alive. What it waits for is bounded by itself, but for the disk: it gets ten seconds for its journal.
 */
export const PATIENCE: Patience = {
  startSilenceMs: 30_000,
  stopSilenceMs: 3_000,
  stopMs: 10_000,
};

/** In so many steps a silence is counted, and one more: the first one may have begun before it. */
const SILENT_STEPS = 4;

/** How a process ended. */
export interface Ending {
  /** In words, after its name. */
  readonly how: string;
  /** Whether it has said on standard error why it ended. */
  readonly hasSaidWhy: boolean;
  /** Whether it was asked to stop, by this process or by a signal, and did. */
  readonly isOrderly: boolean;
}

/** Asks the process that runs the demo of the herd. Never rejects. */
export type AskDemo = (wish: DemoWish) => Promise<DemoAnswer>;

/** One life of a server: a process, from its start to its end. */
export class ServerProcess {
  /** Where it listens, once it does; `undefined` when it has ended before that. */
  readonly listening: Promise<Listening | undefined>;
  /** How it ended, once it has. */
  readonly ended: Promise<Ending>;
  readonly #patience: Patience;
  readonly #askDemo: AskDemo;
  readonly #child: ChildProcess | undefined;
  #silence: NodeJS.Timeout | undefined;
  #silentSteps = 0;
  /** Why it was ended, in words after its name. */
  #hung: string | undefined;

  /** Starts it. A process that cannot be started is one that ends at once. */
  constructor(options: ServerOptions, patience: Patience, askDemo: AskDemo) {
    this.#patience = patience;
    this.#askDemo = askDemo;
    const child = forkMember(options.name);
    if (!(child instanceof Error)) this.#child = child;
    this.ended = (child instanceof Error ? Promise.resolve(notStarted(child)) : ending(child)).then(
      (ending) =>
        this.#hung === undefined
          ? ending
          : { how: this.#hung, hasSaidWhy: false, isOrderly: false },
    );
    this.listening = this.#untilListening();
    const { startSilenceMs } = patience;
    this.#watch(
      startSilenceMs,
      `hung at its start: it gave no sign of life for ${startSilenceMs} ms`,
    );
    this.send({ order: 'start', options });
  }

  /** Where it has ended, that is nothing. */
  send(order: Order): void {
    // One that has just ended takes no more messages: its end is reported soon.
    if (this.#child?.connected === true) this.#child.send(order, () => undefined);
  }

  /** Ends it at once. */
  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  /** Has it close, and ends it where it does not. Resolves once it is gone: to why it was ended, if it was. */
  async stop(): Promise<string | undefined> {
    this.#endWatch();
    const { stopSilenceMs, stopMs } = this.#patience;
    // An order, not a signal: after a Ctrl-C, which reaches the process as well, a signal would be its
    // second, and that ends it without closing anything.
    this.send({ order: 'stop' });
    const ended = 'and was ended: its last reports may be lost';
    this.#watch(
      stopSilenceMs,
      `hung as it stopped: no sign of life for ${stopSilenceMs} ms, ${ended}`,
    );
    const timer = setTimeout(() => this.#end(`did not stop within ${stopMs} ms, ${ended}`), stopMs);
    await this.ended;
    clearTimeout(timer);
    this.#endWatch();
    return this.#hung;
  }

  async #untilListening(): Promise<Listening | undefined> {
    const listening = new Promise<Listening>((resolve) => {
      this.#child?.on('message', (news: News) => {
        this.#silentSteps = 0;
        if (news.news === 'demo') void this.#answerDemo(news.request, news.wish);
        if (news.news !== 'listening') return;
        const { clients, peers, gateway } = news;
        resolve({ clients, peers, gateway });
      });
    });
    const first = await Promise.race([listening, this.ended.then(() => undefined)]);
    this.#endWatch();
    return first;
  }

  async #answerDemo(request: number, wish: DemoWish): Promise<void> {
    this.send({ order: 'demo', request, answer: await this.#askDemo(wish) });
  }

  /**
   * Ends it after a silence. That is counted in steps rather than timed: after a pause of this process's own, what the
   * server said meanwhile is read before a second step can pass.
   */
  #watch(silenceMs: number, hung: string): void {
    this.#silentSteps = 0;
    this.#silence = setInterval(() => {
      this.#silentSteps += 1;
      if (this.#silentSteps > SILENT_STEPS) this.#end(hung);
    }, silenceMs / SILENT_STEPS);
  }

  #end(why: string): void {
    this.#hung ??= why;
    this.kill();
  }

  #endWatch(): void {
    clearInterval(this.#silence);
    this.#silence = undefined;
  }
}

/** The process, or why there is none: the system may be out of processes or file descriptors. */
function forkMember(name: string): ChildProcess | Error {
  try {
    return fork(MEMBER_MAIN, [name], {
      execArgv: [...SERVER_RUNTIME_OPTIONS, ...process.execArgv],
      serialization: 'advanced', // JSON would lose what is undefined
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function ending(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      if (signal === null) {
        resolve({ how: `ended with status ${code}`, hasSaidWhy: true, isOrderly: code === 0 });
      } else {
        resolve({ how: `was ended by ${signal}`, hasSaidWhy: false, isOrderly: false });
      }
    });
    child.on('error', (error) => {
      if (child.pid === undefined) resolve(notStarted(error));
    });
  });
}

function notStarted(error: Error): Ending {
  return { how: `could not be started: ${error.message}`, hasSaidWhy: false, isOrderly: false };
}
