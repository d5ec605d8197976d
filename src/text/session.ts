import { ByteWriter } from '../protocol/byte-writer.ts';
import { MAX_COMMAND_BYTES } from '../protocol/command.ts';
import { LineDecoder, type Line } from '../protocol/line-decoder.ts';
import { NO_END } from '../protocol/report.ts';
import type { Direction, PlainLines } from './events.ts';

/**
 * The most commands of one connection that are answered in one tick: a fraction of a millisecond. A
 * connection that has more goes on after the others.
 */
export const MAX_CONNECTION_COMMANDS = 512;

/**
 * The most bytes of replies that one connection gets in one tick, and one reply beyond. They are sent before
 * more commands are answered, so that what one client leaves unread stays small and the others need not wait.
 */
const MAX_CONNECTION_REPLY_BYTES = 32 * 1024;

const LF = 0x0a;
/** Room for what is logged of a reply with places: most `AT` lines. */
const LOGGED_BYTES = 128;

/** The places of a reply that has none. */
export const NO_PLACES = new Uint8Array(0);

/*
 * Where the reports of the tick that a session works in end, and the replies to them: one for all sessions,
 * which work one after the other.
 */
const commandEnds = new Int32Array(MAX_CONNECTION_COMMANDS);
const replyEnds = new Int32Array(MAX_CONNECTION_COMMANDS);
let plainCount = 0;
const plain: { -readonly [key in keyof PlainLines]: PlainLines[key] } = {
  bytes: Buffer.alloc(0),
  start: 0,
  end: 0,
  ends: commandEnds,
  count: 0,
};

/** A reply that could not be written at once. */
export interface Reply {
  /** Whole lines, or of one with places the first, with their line ends; of one character a byte. */
  readonly text: string | Buffer;
  /** The places after it, with their line ends: content of an upstream. Empty where there are none. */
  readonly places: Uint8Array;
}

/**
 * What became of a command: its reply was written (`undefined`), is given, or promised; or was written and
 * has to wait for the commit gate (`gated`); or the command has to wait until all sockets have been read
 * once more (`deferred`). A promise rejects only where it is aborted, and then there is no reply.
 */
export type Handled = Reply | Promise<Reply> | 'gated' | 'deferred' | undefined;

/** What answers commands. */
export interface SessionHandler {
  /** Whether all that was answered since this was asked last can be logged as it is. */
  takePlain(): boolean;
  /**
   * Answers the report that begins at `start`, where it is whole, in the usual form, and its reply need
   * not wait.
   *
   * @returns where it ends, at its LF; `NO_END` where `handle` has to answer the line
   */
  handleReport(bytes: Buffer, start: number, end: number, out: ByteWriter): number;
  /**
   * Answers a command line.
   *
   * @param isSettled whether all sockets have been read since the command was received; where not, it
   *   may be deferred until they have
   * @param signal aborted when nobody waits for the reply any more
   */
  handle(line: Line, isSettled: boolean, out: ByteWriter, signal: () => AbortSignal): Handled;
}

/** What a session needs. */
export interface SessionParts {
  readonly handler: SessionHandler;
  /**
   * Waits until what the replies to reports of this tick promise is true, or cannot be.
   *
   * @param reports how many reports wait
   */
  readonly waitForCommit: (reports: number, settle: (isCommitted: boolean) => void) => void;
  /**
   * Whether the next command may be answered now. Where not, it arranges for `work` to be called
   * when it may; it is then asked again, and until then as often as `work` is called. `undefined`: always.
   */
  readonly admit: (() => boolean) | undefined;
  /** Asks that `work` and `takeReplies` be called soon. */
  readonly wake: () => void;
  /** Given commands, or replies, of this tick that are reports, or accepted, and can be logged as they are. */
  readonly logPlain: (direction: Direction, lines: PlainLines) => void;
  /** Given commands as they came, one or more on lines of their own; a view. */
  readonly logCommands: (commands: Buffer) => void;
  /** Given replies, in the same way but without places, and how many bytes they had with the places. */
  readonly logReplies: (replies: Buffer, bytes: number) => void;
  /** The most commands that wait for their answer at once. More are read when one is done. */
  readonly commandsInFlight: number;
}

/** Reports of one tick whose replies wait for the commit gate. */
class GatedReports {
  count = 0;
  /** What is sent where the promise is kept, and where it cannot be. */
  readonly replies = new ByteWriter(LOGGED_BYTES);
  readonly refusals = new ByteWriter(LOGGED_BYTES);

  /** Takes the reply to a report from where it was written. */
  add(line: Line, out: ByteWriter, start: number): void {
    this.count += 1;
    this.replies.copy(out.bytes, start, out.length);
    this.refusals.text('? ');
    this.refusals.copy(line.bytes, line.start, line.end);
    this.refusals.byte(LF);
    out.length = start;
  }
}

/**
 * One client's connection, without its socket: bytes in, replies out, each as soon as it is ready.
 * A command that waits delays no other one.
 */
export class ClientSession {
  readonly #decoder = new LineDecoder(MAX_COMMAND_BYTES);
  readonly #parts: SessionParts;
  /** Replies that were waited for and are there. */
  readonly #late: Reply[] = [];
  /** Where in what `work` was given to write to this session's replies are. */
  #repliesStart = 0;
  #repliesEnd = 0;
  /** Where those begin that are not logged yet. */
  #loggedEnd = 0;
  /** What is to be logged of those before, and how long their places were. */
  #logged: ByteWriter | undefined;
  #placesBytes = 0;
  #gated: GatedReports | undefined;
  #inFlight = 0;
  /** How much has been received, in bytes, and how much of it before the last tick. */
  #received = 0;
  #settled = 0;
  /** A command that has been read and is not admitted yet. */
  #unadmitted: Line | undefined;
  /** One that was admitted and is deferred until the next tick. */
  #deferred: Line | undefined;
  /** Whether a tick's share was done before all commands were. */
  #isCutShort = false;
  #lastCommand: 'not yet' | 'received' | 'read' = 'not yet';
  /** Whether all that was worked through in this tick can be logged as it is. */
  #isPlain = true;
  /** The commands of this tick that stand together in what was received, to be logged. */
  #commands: Buffer | undefined;
  #commandsStart = 0;
  #commandsEnd = 0;
  #gone: AbortController | undefined;
  readonly #signal = (): AbortSignal => (this.#gone ??= new AbortController()).signal;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** Takes in what the client sent; `work` goes through it. */
  receive(bytes: Buffer): void {
    this.#received += bytes.length;
    this.#decoder.push(bytes);
  }

  /** The client sends no more, or counts as having ended: an unfinished line is then a command. */
  receiveEnd(): void {
    if (this.#lastCommand === 'not yet') this.#lastCommand = 'received';
  }

  /** Begins no more commands; those that have begun are still answered. */
  stop(): void {
    this.#lastCommand = 'read';
    this.#unadmitted = undefined;
    this.#isCutShort = false;
  }

  /** The client has disconnected: nobody waits for replies any more. */
  end(): void {
    this.stop();
    this.#gone?.abort();
  }

  /** Whether a command has begun and not ended. */
  get unfinished(): boolean {
    return this.#decoder.unfinished;
  }

  /** Whether its work was cut short, so that it has more to do at once. */
  get isCutShort(): boolean {
    return this.#isCutShort;
  }

  /** Whether enough commands wait, for whatever reason, that no more should be read from the client. */
  get busy(): boolean {
    return this.#isFull || this.#isCutShort || this.#unadmitted !== undefined;
  }

  /** Whether any command waits for its answer. */
  get waiting(): boolean {
    return this.#inFlight > 0 || this.#deferred !== undefined || this.busy;
  }

  /** Whether everything that the client sent has been answered, and it sends no more. */
  get done(): boolean {
    return this.#lastCommand === 'read' && !this.waiting && !this.#hasReplies;
  }

  /** Whether everything that has come has been answered, and nothing has come in part. */
  get quiet(): boolean {
    return !this.waiting && !this.#hasReplies && !this.unfinished;
  }

  /**
   * Answers what has been received, and writes the replies that are ready.
   *
   * @returns how many commands it answered
   */
  work(out: ByteWriter): number {
    this.#repliesStart = out.length;
    this.#loggedEnd = out.length;
    this.#isPlain = this.#late.length === 0;
    plainCount = 0;
    for (const reply of this.#late.splice(0)) this.#writeReply(reply, out);
    const worked = this.#answerAll(out);
    this.#settled = this.#received;
    this.#waitForCommit();
    this.#logCommands();
    this.#logReplies(out);
    this.#repliesEnd = out.length;
    return worked;
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

  get #isFull(): boolean {
    return this.#inFlight >= this.#parts.commandsInFlight;
  }

  #answerAll(out: ByteWriter): number {
    this.#isCutShort = false;
    const end = this.#repliesStart + MAX_CONNECTION_REPLY_BYTES;
    let worked = 0;
    while (worked < MAX_CONNECTION_COMMANDS && out.length < end) {
      worked += this.#answerReports(MAX_CONNECTION_COMMANDS - worked, end, out);
      if (worked === MAX_CONNECTION_COMMANDS || out.length >= end) break;
      if (!this.#answerNext(out)) return worked;
      worked += 1;
    }
    this.#isCutShort = true;
    this.#parts.wake();
    return worked;
  }

  /**
   * Answers reports in the usual form where they stand, as many as come one after the other.
   *
   * @param end how far the replies may go
   * @returns how many
   */
  #answerReports(most: number, end: number, out: ByteWriter): number {
    const decoder = this.#decoder;
    const bytes = decoder.head;
    if (bytes === undefined || !this.#mayAnswerReports) return 0;
    const { handler } = this.#parts;
    const start = decoder.offset;
    let at = start;
    let worked = 0;
    while (worked < most && at < bytes.length && out.length < end) {
      const reportEnd = handler.handleReport(bytes, at, bytes.length, out);
      if (reportEnd === NO_END) break;
      at = reportEnd + 1;
      commandEnds[plainCount] = reportEnd;
      replyEnds[plainCount] = out.length - 1;
      plainCount += 1;
      worked += 1;
    }
    if (worked === 0) return 0;
    if (!handler.takePlain()) this.#isPlain = false;
    this.#noteCommands(bytes, start, at - 1);
    decoder.skipTo(at);
    return worked;
  }

  get #mayAnswerReports(): boolean {
    return (
      this.#parts.admit === undefined &&
      this.#deferred === undefined &&
      this.#lastCommand !== 'read' &&
      !this.#isFull
    );
  }

  /** Answers the next command, of any form. False where there is none that may be answered now. */
  #answerNext(out: ByteWriter): boolean {
    const line = this.#deferred ?? this.#nextAdmitted();
    if (line === undefined) return false;
    this.#isPlain = false;
    if (line !== this.#deferred) this.#noteCommands(line.bytes, line.start, line.end);
    const isSettled = this.#decoder.position <= this.#settled;
    const start = out.length;
    const handled = this.#parts.handler.handle(line, isSettled, out, this.#signal);
    this.#deferred = handled === 'deferred' ? line : undefined;
    if (handled === 'deferred') {
      this.#parts.wake();
      return false;
    }
    if (handled === 'gated') (this.#gated ??= new GatedReports()).add(line, out, start);
    else if (handled instanceof Promise) void this.#replyLater(handled);
    else if (handled !== undefined) this.#writeReply(handled, out);
    return true;
  }

  /** The next command that may be answered now. */
  #nextAdmitted(): Line | undefined {
    if (this.#isFull) return undefined;
    const line = this.#unadmitted ?? this.#nextLine();
    this.#unadmitted = undefined;
    if (line === undefined || (this.#parts.admit?.() ?? true)) return line;
    this.#unadmitted = line;
    return undefined;
  }

  #nextLine(): Line | undefined {
    if (this.#lastCommand === 'read') return undefined;
    const line = this.#decoder.next();
    if (line !== undefined || this.#lastCommand !== 'received') return line;
    this.#lastCommand = 'read';
    return this.#decoder.finish();
  }

  /** Commands that were received in one piece are logged together. */
  #noteCommands(bytes: Buffer, start: number, end: number): void {
    if (bytes !== this.#commands) {
      if (this.#commands !== undefined) this.#isPlain = false;
      this.#logCommands();
      this.#commands = bytes;
      this.#commandsStart = start;
    }
    this.#commandsEnd = end;
  }

  #logCommands(): void {
    if (this.#commands === undefined) return;
    if (this.#isPlain) {
      plain.bytes = this.#commands;
      plain.start = this.#commandsStart;
      plain.end = this.#commandsEnd;
      plain.ends = commandEnds;
      plain.count = plainCount;
      this.#parts.logPlain('commands', plain);
    } else this.#parts.logCommands(this.#commands.subarray(this.#commandsStart, this.#commandsEnd));
    this.#commands = undefined;
  }

  /** Has the replies to this tick's reports wait for what they promise. */
  #waitForCommit(): void {
    const gated = this.#gated;
    if (gated === undefined) return;
    this.#gated = undefined;
    this.#inFlight += gated.count;
    this.#parts.waitForCommit(gated.count, (isCommitted) => {
      const { replies, refusals } = gated;
      this.#late.push({ text: (isCommitted ? replies : refusals).view(), places: NO_PLACES });
      this.#inFlight -= gated.count;
      this.#parts.wake();
    });
  }

  async #replyLater(promise: Promise<Reply>): Promise<void> {
    this.#inFlight += 1;
    // Aborted since the server stops or the client has disconnected: there is nobody to answer.
    const reply = await promise.catch(() => undefined);
    if (reply !== undefined) this.#late.push(reply);
    this.#inFlight -= 1;
    this.#parts.wake();
  }

  #writeReply({ text, places }: Reply, out: ByteWriter): void {
    if (typeof text === 'string') out.text(text);
    else out.copy(text, 0, text.length);
    if (places.length === 0) return;
    this.#gatherLogged(out);
    this.#placesBytes += places.length;
    out.copy(places, 0, places.length);
    this.#loggedEnd = out.length;
  }

  /** Copies what is to be logged, since the places in between are not. */
  #gatherLogged(out: ByteWriter): void {
    this.#logged ??= new ByteWriter(LOGGED_BYTES);
    this.#logged.copy(out.bytes, this.#loggedEnd, out.length);
    this.#loggedEnd = out.length;
  }

  #logReplies(out: ByteWriter): void {
    const bytes = out.length - this.#loggedEnd;
    if (this.#isPlain && bytes > 0) {
      plain.bytes = out.bytes;
      plain.start = this.#loggedEnd;
      plain.end = out.length - 1;
      plain.ends = replyEnds;
      plain.count = plainCount;
      return this.#parts.logPlain('replies', plain);
    }
    if (this.#logged === undefined) {
      if (bytes > 0) this.#parts.logReplies(out.view(this.#loggedEnd), bytes);
      return;
    }
    this.#gatherLogged(out);
    this.#parts.logReplies(this.#logged.view(), this.#logged.length + this.#placesBytes);
    this.#logged = undefined;
    this.#placesBytes = 0;
  }
}
