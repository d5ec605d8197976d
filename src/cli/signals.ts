import { closeSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';

/**
 * Ctrl-C under npm reaches a process twice within milliseconds, from the terminal and from npm: that
 * is one wish. A signal later than this, in milliseconds, is a second one.
 */
const ONE_WISH_MS = 250;

/** What signals ask for that do not stop a process. */
export interface SignalActions {
  /** SIGHUP, where the terminal is not lost. */
  readonly reload: () => void;
  /** SIGUSR2, which not every system has. */
  readonly forgetPlaces: () => void;
}

/**
 * Takes this process's signals from its construction on, so that none of them ends it without order. A second
 * signal to stop, after the first, ends it at once.
 */
export class Signals {
  /** Resolves once this process is asked to stop: by SIGINT, SIGTERM, the loss of its terminal, or `stop`. */
  readonly stopped: Promise<undefined>;
  #resolve: (nothing: undefined) => void = () => undefined;
  readonly #hadTerminal = isatty(0);
  #askedMs: number | undefined;
  #actions: SignalActions | undefined;
  /** What was asked for while there were no actions. */
  readonly #early = new Set<keyof SignalActions>();

  constructor() {
    this.stopped = new Promise((resolve) => (this.#resolve = resolve));
    process.on('SIGINT', () => this.#onStop());
    process.on('SIGTERM', () => this.#onStop());
    process.on('SIGHUP', () => this.#onHangup());
    process.on('SIGUSR2', () => this.#do('forgetPlaces'));
  }

  /** Has it stop as a signal would. */
  stop(): void {
    this.#askedMs ??= performance.now();
    this.#resolve(undefined);
  }

  /** What to do from now on; what was asked for before is done at once. */
  attach(actions: SignalActions): void {
    this.#actions = actions;
    for (const action of this.#early) this.#do(action);
    this.#early.clear();
  }

  #onStop(): void {
    if (this.#askedMs !== undefined && performance.now() - this.#askedMs > ONE_WISH_MS) {
      process.exit(1);
    }
    this.stop();
  }

  #onHangup(): void {
    if (!this.#hadTerminal || !terminalIsGone()) return this.#do('reload');
    dieOfHangup();
    this.#onStop();
  }

  #do(action: keyof SignalActions): void {
    if (this.#askedMs !== undefined) return;
    if (this.#actions === undefined) this.#early.add(action);
    else this.#actions[action]();
  }
}

function terminalIsGone(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return false;
  } catch {
    return true;
  }
}

/** Has this process end by SIGHUP in the end: Node aborts where it cannot reset the terminal. */
function dieOfHangup(): void {
  process.once('exit', () => {
    process.removeAllListeners('SIGHUP');
    process.kill(process.pid, 'SIGHUP');
  });
}
