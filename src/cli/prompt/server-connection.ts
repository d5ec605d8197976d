import type { Socket } from 'node:net';
import { CliError, systemReason } from '../errors.ts';
import { InFlight } from '../replies/in-flight.ts';
import { ReplyReader, type Reply } from '../replies/reply-reader.ts';
import { authenticate } from '../send/authenticate.ts';
import { dial } from '../send/dial.ts';
import type { Target } from '../send/target.ts';

/** What a connection of the prompt is made with. */
export interface ConnectionParts {
  readonly target: Target;
  readonly token: string | undefined;
  /** How long nothing may come while something is to come, in milliseconds. */
  readonly deadlineMs: number;
  /** A reply came: to which command, where that is known, and after how many milliseconds. */
  readonly onReply: (reply: Reply, command: string | undefined, tookMs: number | undefined) => void;
  readonly onTrouble: (detail: string) => void;
}

/** The prompt's connection to a server: it connects with the first command, and again after it was lost. */
export class ServerConnection {
  readonly #parts: ConnectionParts;
  readonly #inFlight = new InFlight<number>();
  readonly #reader: ReplyReader;
  #socket: Socket | undefined;
  /** What was typed before is written first. */
  #sending: Promise<void> = Promise.resolve();
  #deadline: NodeJS.Timeout | undefined;
  #isEnding = false;
  #onSettled: () => void = () => undefined;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.#reader = new ReplyReader({
      mayHavePlaces: (line) => this.#inFlight.mayHavePlaces(line),
      onReply: (reply) => this.#takeReply(reply),
    });
  }

  /** Sends a command, one character a byte and without its LF. */
  send(command: string): void {
    this.#sending = this.#sending.then(() => this.#write(command));
  }

  /** Sends no more. Resolves once all replies have come, or none comes any more. */
  async finish(): Promise<void> {
    this.#isEnding = true;
    await this.#sending;
    if (this.#inFlight.size > 0) await new Promise<void>((resolve) => (this.#onSettled = resolve));
    this.#drop();
  }

  async #write(command: string): Promise<void> {
    try {
      this.#socket ??= await this.#connect();
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      for (const line of error.lines) this.#parts.onTrouble(line);
      return;
    }
    this.#inFlight.add(command, performance.now());
    this.#socket.write(`${command}\n`, 'latin1');
    this.#awaitReply();
  }

  async #connect(): Promise<Socket> {
    const { target, token, deadlineMs } = this.#parts;
    const socket = await dial(target);
    if (token !== undefined) await authenticate(socket, token, target.where, deadlineMs);
    socket.setEncoding('latin1').on('data', (text: string) => this.#reader.read(text));
    socket.on('error', (error) => this.#lose(socket, systemReason(error) ?? error.message));
    socket.on('end', () => this.#lose(socket, 'it closed the connection'));
    return socket;
  }

  #takeReply(reply: Reply): void {
    const sent = this.#inFlight.take(reply);
    const tookMs = sent === undefined ? undefined : performance.now() - sent.note;
    this.#parts.onReply(reply, sent?.command, tookMs);
    this.#awaitReply();
  }

  #awaitReply(): void {
    clearTimeout(this.#deadline);
    if (this.#inFlight.size === 0) return this.#onSettled();
    const { deadlineMs } = this.#parts;
    this.#deadline = setTimeout(() => {
      if (this.#socket !== undefined) this.#lose(this.#socket, `no reply within ${deadlineMs} ms`);
    }, deadlineMs);
  }

  #lose(socket: Socket, reason: string): void {
    if (socket !== this.#socket) return;
    const { size } = this.#inFlight;
    const unanswered = size === 0 ? '' : `; ${size} without a reply`;
    if (size > 0 || !this.#isEnding) {
      this.#parts.onTrouble(`lost ${this.#parts.target.where}: ${reason}${unanswered}`);
    }
    this.#drop();
  }

  #drop(): void {
    clearTimeout(this.#deadline);
    this.#socket?.destroy();
    this.#socket = undefined;
    this.#inFlight.clear();
    this.#reader.clear();
    this.#onSettled();
  }
}
