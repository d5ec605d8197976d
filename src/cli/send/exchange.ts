import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CliError, systemReason } from '../errors.ts';
import { print } from '../output.ts';
import { CommandCounter } from './command-counter.ts';
import { ReplyCounter } from './reply-counter.ts';

/** One conversation with a server. */
export interface ExchangeParts {
  readonly input: Readable;
  readonly socket: Socket;
  /** The server in words, for messages. */
  readonly where: string;
  /** How long nothing may come while something is to come, in milliseconds. */
  readonly deadlineMs: number;
}

/** What came of a conversation: each command has its reply. */
export interface Exchanged {
  readonly commands: number;
  /** The replies that say that a command is invalid, `? `. */
  readonly invalid: number;
}

/**
 * Sends what `input` has, half-closes, and prints what is replied, byte for byte, until the server closes.
 *
 * @throws {CliError} `FAILED` where some command has no reply of its own, or not in time
 */
export async function exchange(parts: ExchangeParts): Promise<Exchanged> {
  return new Exchange(parts).run();
}

class Exchange {
  readonly #parts: ExchangeParts;
  readonly #commands = new CommandCounter();
  readonly #replies = new ReplyCounter();
  #hasSentAll = false;
  #isLate = false;
  #deadline: NodeJS.Timeout | undefined;

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
  }

  async run(): Promise<Exchanged> {
    const { input, socket } = this.#parts;
    const closed = new AbortController();
    const sending = pipeline(input, (source) => this.#count(source), socket, {
      signal: closed.signal,
    });
    sending.catch(() => undefined); // whatever cuts the sending cuts the replies as well
    this.#awaitMore();
    try {
      const lost = await this.#printReplies();
      this.#judge(lost);
      return { commands: this.#commands.count, invalid: this.#replies.invalid };
    } finally {
      clearTimeout(this.#deadline);
      closed.abort();
      socket.destroy();
    }
  }

  async *#count(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const bytes of source) {
      this.#commands.add(bytes);
      this.#awaitMore();
      yield bytes;
    }
    this.#commands.end();
    this.#hasSentAll = true;
  }

  /** Until the server closes. Resolves to what broke the connection before that. */
  async #printReplies(): Promise<Error | undefined> {
    const received: AsyncIterable<Buffer> = this.#parts.socket;
    try {
      for await (const bytes of received) {
        this.#replies.add(bytes);
        if (this.#replies.isTls) return undefined;
        clearTimeout(this.#deadline); // how long its output waits is not the server's fault
        await print(bytes);
        this.#awaitMore();
      }
      return undefined;
    } catch (error) {
      if (error instanceof CliError) throw error; // of the printing
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  #awaitMore(): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => {
      // While nothing is owed, a person at a terminal may think for as long as it takes.
      if (!this.#hasSentAll && this.#missing === 0) return this.#awaitMore();
      this.#isLate = true;
      this.#parts.socket.destroy();
    }, this.#parts.deadlineMs);
  }

  get #missing(): number {
    return Math.max(0, this.#commands.count - this.#replies.count);
  }

  /** @throws {CliError} where not every command has its reply */
  #judge(lost: Error | undefined): void {
    const { where, deadlineMs } = this.#parts;
    const { isTls, isWithin, count } = this.#replies;
    if (isTls)
      throw failure(
        `${where} speaks TLS: set clientTls in the configuration, or --tls with --host`,
      );
    if (this.#isLate) {
      const what = this.#missing === 0 ? 'did not close the connection' : 'did not answer';
      throw failure(`${where} ${what} within ${deadlineMs} ms${this.#unanswered()}`);
    }
    if (lost !== undefined) {
      const reason = systemReason(lost) ?? lost.message;
      throw failure(`lost the connection to ${where}: ${reason}${this.#unanswered()}`);
    }
    if (!this.#hasSentAll) {
      throw failure(`${where} closed before everything was sent${this.#unanswered()}`);
    }
    if (this.#missing === 0 && !isWithin) return;
    const hint = count > 0 ? '' : '; it may be full (clientLimits), or speak TLS';
    throw failure(`${where} closed the connection${hint}${this.#unanswered()}`);
  }

  #unanswered(): string {
    const { count } = this.#commands;
    const all = count === 1 ? '1 command' : `${count} commands`;
    if (this.#missing > 0) return `; no reply to ${this.#missing} of ${all}`;
    return this.#replies.isWithin ? '; its last reply is not complete' : '';
  }
}

function failure(what: string): CliError {
  return new CliError('FAILED', [what]);
}
