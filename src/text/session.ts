import type { ByteWriter } from '../protocol/byte-writer.ts';
import { MAX_COMMAND_BYTES } from '../protocol/command.ts';
import { LineDecoder, type Line } from '../protocol/line-decoder.ts';
import { NO_END } from '../protocol/report.ts';
import { GatedReports } from './gated-reports.ts';
import { NO_PLACES, type Reply, type SessionHandler } from './session-handler.ts';
import type { TickLog, TrafficLog } from './tick-log.ts';

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

/** What a session needs. */
export interface SessionParts extends TrafficLog {
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
  /** Gathers what is logged of a tick; other sessions use it as well. */
  readonly tickLog: TickLog;
  /** The most commands that wait for their answer at once. More are read when one is done. */
  readonly commandsInFlight: number;
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
    const { tickLog } = this.#parts;
    tickLog.begin(out.length);
    if (this.#late.length > 0) tickLog.noteOther();
    for (const reply of this.#late.splice(0)) this.#writeReply(reply, out);
    const worked = this.#answerAll(out);
    this.#settled = this.#received;
    this.#waitForCommit();
    tickLog.end(this.#parts, out);
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
    const { handler, tickLog } = this.#parts;
    const start = decoder.offset;
    let at = start;
    let worked = 0;
    while (worked < most && at < bytes.length && out.length < end) {
      const reportEnd = handler.handleReport(bytes, at, bytes.length, out);
      if (reportEnd === NO_END) break;
      at = reportEnd + 1;
      tickLog.addReport(reportEnd, out.length - 1);
      worked += 1;
    }
    if (worked === 0) return 0;
    if (!handler.takePlain()) tickLog.noteOther();
    tickLog.addCommands(this.#parts, bytes, start, at - 1);
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
    const { handler, tickLog } = this.#parts;
    tickLog.noteOther();
    if (line !== this.#deferred) tickLog.addCommands(this.#parts, line.bytes, line.start, line.end);
    const isSettled = this.#decoder.position <= this.#settled;
    const start = out.length;
    const handled = handler.handle(line, isSettled, out, this.#signal);
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
    this.#parts.tickLog.skipPlaces(out, places.length);
    out.copy(places, 0, places.length);
  }
}
