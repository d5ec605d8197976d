import { ByteWriter } from '../protocol/byte-writer.ts';
import { MAX_COMMAND_BYTES } from '../protocol/command.ts';
import { LineDecoder, type Line } from '../protocol/line-decoder.ts';

/** The most commands of one connection worked through in one turn, so that others get theirs: a few ms. */
const MAX_COMMANDS_A_TURN = 1000;

/**
 * Replies so long are enough for one turn, in bytes: they are sent before more commands are worked
 * through, so that what one client leaves unread stays small.
 */
const MAX_REPLIES_A_TURN = 64 * 1024;

const PLACES_END = '\n\n';
/** Room for what is told of a reply with places: most `AT` lines. */
const SAID_BYTES = 128;

/** A reply of one character a byte. */
export interface Reply {
  /** Its first line, with its line end. */
  readonly text: string;
  /** The places after it, or nothing: content of an upstream. Two line ends follow them. */
  readonly places: string;
}

/**
 * Answers a command line: writes the reply, or gives it, or a promise of it. That fails only where
 * it is called off, and then there is no reply.
 *
 * @param isSettled whether all sockets have been read since the command was received; where not, it
 *   may be put off until they have
 */
export type Answer = (
  line: Line,
  isSettled: boolean,
  out: ByteWriter,
) => Reply | Promise<Reply> | 'put off' | undefined;

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
  /** Told of commands as they came, one or more on lines of their own; a view. */
  readonly heard: (commands: Buffer) => void;
  /**
   * Told of replies, in the same way, and how many bytes they had with the places, of which it is
   * not told.
   */
  readonly said: (replies: Buffer, bytes: number) => void;
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
  /** Replies that were waited for and are there. */
  readonly #late: Reply[] = [];
  /** Where in what `work` was given to write to this session's replies are. */
  #repliesStart = 0;
  #repliesEnd = 0;
  /** Where those begin that it has not told of yet. */
  #untoldStart = 0;
  /** What is to be told of those before, and how long their places were. */
  #said: ByteWriter | undefined;
  #placesBytes = 0;
  #inFlight = 0;
  /** How much has been received, in bytes, and how much of it before the last turn. */
  #received = 0;
  #settled = 0;
  /** A command that has been read and is not admitted yet. */
  #held: Line | undefined;
  /** One that was admitted and put off until the next turn. */
  #putOff: Line | undefined;
  /** Whether a turn's share was done before all commands were. */
  #behind = false;
  #lastCommand: 'not yet' | 'received' | 'read' = 'not yet';
  /** The commands of this turn that stand together in what was received. */
  #heardBytes: Buffer | undefined;
  #heardStart = 0;
  #heardEnd = 0;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** Takes in what the client sent; `work` goes through it. */
  receive(bytes: Buffer): void {
    this.#received += bytes.length;
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
    return this.#inFlight > 0 || this.#putOff !== undefined || this.busy;
  }

  /** Whether everything that the client sent has been answered, and it sends no more. */
  get done(): boolean {
    return this.#lastCommand === 'read' && !this.waiting && !this.#hasReplies;
  }

  /** Works through what has been received, and writes the replies that are ready. */
  work(out: ByteWriter): void {
    this.#repliesStart = out.length;
    this.#untoldStart = out.length;
    for (const reply of this.#late.splice(0)) this.#writeReply(reply, out);
    this.#workThrough(out);
    this.#settled = this.#received;
    this.#tellHeard();
    this.#tellSaid(out);
    this.#repliesEnd = out.length;
  }

  /**
   * Where the replies are, in what `work` has written to, that are to be sent in one write; they
   * count as sent.
   */
  takeReplies(): { readonly start: number; readonly end: number } {
    const replies = { start: this.#repliesStart, end: this.#repliesEnd };
    this.#repliesStart = 0;
    this.#repliesEnd = 0;
    return replies;
  }

  get #hasReplies(): boolean {
    return this.#late.length > 0 || this.#repliesEnd > this.#repliesStart;
  }

  get #full(): boolean {
    return this.#inFlight >= this.#parts.commandsInFlight;
  }

  #workThrough(out: ByteWriter): void {
    this.#behind = false;
    for (let worked = 0; worked < MAX_COMMANDS_A_TURN; worked++) {
      if (out.length - this.#repliesStart >= MAX_REPLIES_A_TURN) break;
      const line = this.#putOff ?? this.#nextAdmitted();
      if (line === undefined) return;
      if (line !== this.#putOff) this.#noteHeard(line);
      const isSettled = this.#decoder.position <= this.#settled;
      const reply = this.#parts.answer(line, isSettled, out);
      this.#putOff = reply === 'put off' ? line : undefined;
      if (reply === 'put off') return this.#parts.wake();
      if (reply instanceof Promise) void this.#replyLater(reply);
      else if (reply !== undefined) this.#writeReply(reply, out);
    }
    this.#behind = true;
    this.#parts.wake();
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

  /** Commands that came together are told of together: so many come in one piece. */
  #noteHeard({ bytes, start, end }: Line): void {
    if (bytes !== this.#heardBytes) {
      this.#tellHeard();
      this.#heardBytes = bytes;
      this.#heardStart = start;
    }
    this.#heardEnd = end;
  }

  #tellHeard(): void {
    if (this.#heardBytes === undefined) return;
    this.#parts.heard(this.#heardBytes.subarray(this.#heardStart, this.#heardEnd));
    this.#heardBytes = undefined;
  }

  async #replyLater(promise: Promise<Reply>): Promise<void> {
    this.#inFlight += 1;
    // Called off by a server that stops: nobody is left to be told.
    const reply = await promise.catch(() => undefined);
    if (reply !== undefined) this.#late.push(reply);
    this.#inFlight -= 1;
    this.#parts.wake();
  }

  #writeReply({ text, places }: Reply, out: ByteWriter): void {
    out.text(text);
    if (places === '') return;
    this.#gatherSaid(out);
    this.#placesBytes += places.length + PLACES_END.length;
    out.text(places);
    out.text(PLACES_END);
    this.#untoldStart = out.length;
  }

  /** Puts aside what is to be told, where places come between. */
  #gatherSaid(out: ByteWriter): void {
    this.#said ??= new ByteWriter(SAID_BYTES);
    this.#said.copy(out.bytes, this.#untoldStart, out.length);
    this.#untoldStart = out.length;
  }

  #tellSaid(out: ByteWriter): void {
    const said = out.length - this.#untoldStart;
    if (this.#said === undefined) {
      if (said > 0) this.#parts.said(out.view(this.#untoldStart), said);
      return;
    }
    this.#gatherSaid(out);
    this.#parts.said(this.#said.view(), this.#said.length + this.#placesBytes);
    this.#said = undefined;
    this.#placesBytes = 0;
  }
}
