import { onAbort } from '../on-abort.ts';
import type { Command } from './command.ts';
import type { Reply } from './reply.ts';
import type { Queued } from './send-queue.ts';

/** How long a command may take, and what else ends it. */
export interface CommandLimits {
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
}

/** A command and what its reply is made into. */
export interface Call<T> {
  readonly command: Command;
  readonly limits: CommandLimits;
  /** Makes of a reply of a server what is wanted; what it throws is thrown to the caller. */
  read(reply: Reply, server: string): T;
}

/** A command that somebody waits for. */
export class Pending implements Queued {
  readonly command: Command;
  readonly deadlineMs: number;
  /** When its deadline is over, on the clock that never goes back. */
  readonly untilMs: number;
  isInFlight = false;
  readonly #settle: (reply: Reply, server: string) => void;
  readonly #reject: (error: unknown) => void;
  #unlisten: (() => void) | undefined;

  constructor(
    { command, limits }: Call<unknown>,
    nowMs: number,
    settle: (reply: Reply, server: string) => void,
    reject: (error: unknown) => void,
  ) {
    this.command = command;
    this.deadlineMs = limits.deadlineMs;
    this.untilMs = nowMs + limits.deadlineMs;
    this.#settle = settle;
    this.#reject = reject;
  }

  /** Has `abort` called when the signal is aborted, as long as it waits. */
  listen(signal: AbortSignal, abort: () => void): void {
    this.#unlisten = onAbort(signal, abort);
  }

  settle(reply: Reply, server: string): void {
    this.#unlisten?.();
    try {
      this.#settle(reply, server);
    } catch (error) {
      this.#reject(error);
    }
  }

  reject(error: unknown): void {
    this.#unlisten?.();
    this.#reject(error);
  }
}
