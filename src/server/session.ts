import { MAX_COMMAND_BYTES } from '../protocol/command.ts';
import { LineDecoder, type Line } from '../protocol/line-decoder.ts';

/** The most commands of one connection worked through in one turn, so that others get theirs: a few ms. */
const MAX_COMMANDS_A_TURN = 1000;

/**
 * Replies so long are enough for one turn, in bytes: they are sent before more commands are worked
 * through, so that what one client leaves unread stays small.
 */
const MAX_REPLIES_A_TURN = 64 * 1024;

/**
 * Answers a command line: with a reply of one character a byte, now or later. It fails only where
 * it is called off, and then there is no reply.
 */
export type Answer = (line: Line) => string | Promise<string>;

/** What a session needs. */
export interface SessionParts {
  /** Answers a command. */
  readonly answer: Answer;
  /**
   * Whether the next command may be answered now. Where not, it arranges for `work` to be called
   * when it may; it is then asked again, and until then as often as `work` is called.
   */
  readonly admit: () => boolean;
  /** Asks that `work` and `takeReplies` be called soon. */
  readonly wake: () => void;
  /** The most commands that wait for their answer at once. More are read when one is done. */
  readonly commandsInFlight: number;
}

/**
 * One client's connection, without its socket: bytes in, replies out, each as soon as it is ready.
 * A command that waits holds up no other one.
 */
export class ClientSession {
  readonly #decoder = new LineDecoder(MAX_COMMAND_BYTES);
  readonly #parts: SessionParts;
  #replies = '';
  #inFlight = 0;
  /** A command that has been read and is not admitted yet. */
  #held: Line | undefined;
  /** Whether a turn's share was done before all commands were. */
  #behind = false;
  #lastCommand: 'not yet' | 'received' | 'read' = 'not yet';

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** Takes in what the client sent; `work` goes through it. */
  receive(bytes: Buffer): void {
    this.#decoder.push(bytes);
  }

  /** The client sends no more, or is to be taken for one that does not: an unfinished line counts. */
  receiveEnd(): void {
    if (this.#lastCommand === 'not yet') this.#lastCommand = 'received';
  }

  /** Begins no more commands; those that have begun are still answered. */
  stop(): void {
    this.#lastCommand = 'read';
    this.#held = undefined;
    this.#behind = false;
  }

  /** Whether a command has begun and not ended. */
  get unfinished(): boolean {
    return this.#decoder.unfinished;
  }

  /** Whether so many commands wait, in whatever way, that no more should be read from the client. */
  get busy(): boolean {
    return this.#full || this.#behind || this.#held !== undefined;
  }

  /** Whether any command waits for its answer. */
  get waiting(): boolean {
    return this.#inFlight > 0 || this.busy;
  }

  /** Whether everything that the client sent has been answered, and it sends no more. */
  get done(): boolean {
    return this.#lastCommand === 'read' && !this.waiting && this.#replies === '';
  }

  /** Works through what has been received. */
  work(): void {
    this.#behind = false;
    for (let worked = 0; worked < MAX_COMMANDS_A_TURN; worked++) {
      if (this.#replies.length >= MAX_REPLIES_A_TURN) break;
      const line = this.#nextAdmitted();
      if (line === undefined) return;
      this.#run(line);
    }
    this.#behind = true;
    this.#parts.wake();
  }

  /** The replies that are ready, to be sent in one write. */
  takeReplies(): string {
    const replies = this.#replies;
    this.#replies = '';
    return replies;
  }

  get #full(): boolean {
    return this.#inFlight >= this.#parts.commandsInFlight;
  }

  /** The next command that may be answered now. */
  #nextAdmitted(): Line | undefined {
    if (this.#full) return undefined;
    const line = this.#held ?? this.#nextLine();
    this.#held = undefined;
    if (line === undefined || this.#parts.admit()) return line;
    this.#held = line;
    return undefined;
  }

  #nextLine(): Line | undefined {
    if (this.#lastCommand === 'read') return undefined;
    const line = this.#decoder.next();
    if (line !== undefined || this.#lastCommand !== 'received') return line;
    this.#lastCommand = 'read';
    return this.#decoder.finish();
  }

  #run(line: Line): void {
    const reply = this.#parts.answer(line);
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
    this.#parts.wake();
  }
}
