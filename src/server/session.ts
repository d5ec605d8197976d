import { MAX_COMMAND_BYTES } from '../protocol/command.ts';
import { LineDecoder, type Line } from '../protocol/line-decoder.ts';

/**
 * The most commands of one connection that wait for their answer at once. More are read when one
 * is done: a client that sends without end must not fill the memory.
 */
export const MAX_COMMANDS_IN_FLIGHT = 100;

/** The most commands of one connection worked through in one turn, so that others get theirs: a few ms. */
const MAX_COMMANDS_A_TURN = 1000;

/**
 * Answers a command line: with a reply of one character a byte, now or later. It fails only where
 * it is called off, and then there is no reply.
 */
export type Answer = (line: Line) => string | Promise<string>;

/**
 * One client's connection, without its socket: bytes in, replies out, each as soon as it is ready.
 * A command that waits holds up no other one.
 */
export class ClientSession {
  readonly #decoder = new LineDecoder(MAX_COMMAND_BYTES);
  readonly #answer: Answer;
  readonly #wake: () => void;
  #replies = '';
  #inFlight = 0;
  #lastCommand: 'not yet' | 'received' | 'read' = 'not yet';

  /**
   * @param answer answers a command
   * @param wake asks that `work` and `takeReplies` be called soon
   */
  constructor(answer: Answer, wake: () => void) {
    this.#answer = answer;
    this.#wake = wake;
  }

  /** Takes in what the client sent; `work` goes through it. */
  receive(bytes: Buffer): void {
    this.#decoder.push(bytes);
  }

  /** The client sends no more, or is to be taken for one that does not: an unfinished line counts. */
  receiveEnd(): void {
    if (this.#lastCommand === 'not yet') this.#lastCommand = 'received';
  }

  /** Reads no more commands; those that have been read are still answered. */
  stop(): void {
    this.#lastCommand = 'read';
  }

  /** Whether a command has begun and not ended. */
  get unfinished(): boolean {
    return this.#decoder.unfinished;
  }

  /** Whether so many commands wait that no more should be read from the client for now. */
  get busy(): boolean {
    return this.#inFlight >= MAX_COMMANDS_IN_FLIGHT;
  }

  /** Whether everything that the client sent has been answered, and it sends no more. */
  get done(): boolean {
    return this.#lastCommand === 'read' && this.#inFlight === 0 && this.#replies === '';
  }

  /** Works through what has been received. */
  work(): void {
    for (let worked = 0; worked < MAX_COMMANDS_A_TURN; worked++) {
      const line = this.busy ? undefined : this.#nextLine();
      if (line === undefined) return;
      this.#run(line);
    }
    this.#wake();
  }

  /** The replies that are ready, to be sent in one write. */
  takeReplies(): string {
    const replies = this.#replies;
    this.#replies = '';
    return replies;
  }

  #nextLine(): Line | undefined {
    if (this.#lastCommand === 'read') return undefined;
    const line = this.#decoder.next();
    if (line !== undefined || this.#lastCommand !== 'received') return line;
    this.#lastCommand = 'read';
    return this.#decoder.finish();
  }

  #run(line: Line): void {
    const reply = this.#answer(line);
    if (typeof reply === 'string') {
      this.#replies += reply;
      return;
    }
    this.#inFlight += 1;
    void this.#replyLater(reply);
  }

  async #replyLater(reply: Promise<string>): Promise<void> {
    // Called off by a server that stops: nobody is left to be told.
    const text = await reply.catch(() => '');
    this.#replies += text;
    this.#inFlight -= 1;
    this.#wake();
  }
}
