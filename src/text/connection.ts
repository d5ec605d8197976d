import type { ByteWriter } from '../protocol/byte-writer.ts';
import type { ByteStream, StreamListener } from '../transport/byte-stream.ts';
import type { ClientLimits, Framing } from './options.ts';
import { ClientSession, type SessionParts } from './session.ts';

/** With idle framing, silence of this length ends a command, and then the connection, in milliseconds. */
const SILENCE_MS = 200;
/** How many times within `idleMs` a connection is checked for use. */
const IDLE_CHECKS = 8;
/** How long a client may take to close its end once it has all replies, in milliseconds. */
const LINGER_MS = 1000;
/**
 * No more is read from one client in a tick once it has sent so much, in bytes: what it sent is
 * answered first. The stream and the system add as much again.
 */
const MAX_RECEIVED_BYTES = 64 * 1024;

/** What a connection needs; see `SessionParts` for what its session does. */
export interface ConnectionParts extends Omit<SessionParts, 'wake' | 'commandsInFlight'> {
  readonly framing: Framing;
  readonly limits: ClientLimits;
  /** Asks that `work` and then `flush` be called soon. */
  readonly activate: () => void;
  /** Called once when the connection has closed, and why. */
  readonly onClose: (detail: string) => void;
}

/** The stream of a client's session: reads, writes, and ends when both ends are done. */
export class Connection implements StreamListener {
  /** Whether it is in the front end's queue. */
  isQueued = false;
  readonly #stream: ByteStream;
  readonly #session: ClientSession;
  readonly #activate: () => void;
  /** Runs while nothing is sent, either way; `undefined` where a command ends with its LF alone. */
  readonly #silence: NodeJS.Timeout | undefined;
  /** Checks from time to time: a timer that each command resets would cost more. */
  readonly #idle: NodeJS.Timeout | undefined;
  /** Whether anything was sent, either way, since the last check, and how many checks in a row found nothing. */
  #isUsed = false;
  #quietChecks = 0;
  readonly #limits: ClientLimits;
  /** Whether the client has sent anything. */
  #hasSpoken = false;
  /** How much has been received since the last tick, in bytes. */
  #received = 0;
  #reading = true;
  #ended = false;
  readonly #onClose: (detail: string) => void;
  /** Called when it has closed. */
  #onFinished: () => void = () => {};

  constructor(stream: ByteStream, parts: ConnectionParts) {
    const { framing, limits, activate, onClose } = parts;
    this.#stream = stream;
    this.#onClose = onClose;
    this.#activate = activate;
    this.#limits = limits;
    const { commandsInFlight } = limits;
    this.#session = new ClientSession({ ...parts, wake: activate, commandsInFlight });
    const { idleMs } = limits;
    this.#idle =
      idleMs > 0 ? setInterval(() => this.#checkIdle(), idleMs / IDLE_CHECKS) : undefined;
    this.#silence =
      framing === 'idle' ? setTimeout(() => this.#endInSilence(), SILENCE_MS) : undefined;
  }

  /**
   * Answers what the client has sent, while it takes its replies, and writes them down.
   *
   * @returns how many commands it answered
   */
  work(out: ByteWriter): number {
    if (this.#stream.isBlocked) return 0;
    this.#received = 0;
    return this.#session.work(out);
  }

  /**
   * Sends the replies that are ready, in one write; ends the connection once everything is sent.
   *
   * @param replies what `work` has written to
   * @param copies whether the stream gets a copy of its own
   * @returns whether `replies` may change from now on; where not, the stream still reads from them
   */
  flush(replies: Buffer, copies: boolean): boolean {
    const { start, end } = this.#session.takeReplies();
    let isFree = true;
    if (end > start) {
      const own = replies.subarray(start, end);
      isFree = this.#stream.write(copies ? Buffer.from(own) : own) || copies;
      this.#isUsed = true;
      this.#silence?.refresh();
    }
    if (this.#session.done) this.#end();
    else this.#pace();
    return isFree;
  }

  /** Whether replies wait for the client to read them. */
  get isPending(): boolean {
    return this.#stream.pendingBytes > 0;
  }

  /** Reads no more commands; ends once those that were read are answered. Done when it has closed. */
  finish(): Promise<void> {
    const finished = new Promise<void>((resolve) => (this.#onFinished = resolve));
    this.#reading = false;
    this.#session.stop();
    this.#activate();
    return finished;
  }

  onData(bytes: Buffer): void {
    if (!this.#reading) return;
    this.#silence?.refresh();
    this.#isUsed = true;
    this.#hasSpoken = true;
    this.#session.receive(bytes);
    this.#received += bytes.length;
    if (this.#received >= MAX_RECEIVED_BYTES) this.#stream.pause();
    this.#activate();
  }

  onEnd(): void {
    this.#reading = false;
    this.#session.receiveEnd();
    this.#activate();
  }

  onDrain(): void {
    this.#isUsed = true;
    this.#activate();
  }

  onStall(): void {
    this.#stream.destroy(`replies were not read for ${this.#limits.unreadMs} ms`);
  }

  onClose(reason: string): void {
    clearTimeout(this.#silence);
    clearInterval(this.#idle);
    this.#reading = false;
    this.#session.end();
    this.#onClose(reason);
    this.#onFinished();
  }

  /** In silence an unfinished command ends, and the connection where all commands have been answered. */
  #endInSilence(): void {
    const isAnswered = this.#hasSpoken && this.#session.quiet && this.#stream.pendingBytes === 0;
    if (!this.#paused && (this.#session.unfinished || isAnswered)) this.onEnd();
    else this.#silence?.refresh();
  }

  #checkIdle(): void {
    const isUsed = this.#isUsed || this.#session.waiting || this.#stream.pendingBytes > 0;
    this.#isUsed = false;
    this.#quietChecks = isUsed ? 0 : this.#quietChecks + 1;
    if (this.#quietChecks < IDLE_CHECKS) return;
    this.#stream.destroy(`nothing was sent for ${this.#limits.idleMs} ms`);
  }

  /** Whether the client is not read from, since it does not take its replies or too many commands wait. */
  get #paused(): boolean {
    return this.#session.busy || this.#stream.isBlocked;
  }

  #pace(): void {
    if (this.#paused) this.#stream.pause();
    else this.#stream.resume();
  }

  /** Ends the replies. What the client still sends is read and thrown away. */
  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#reading = false;
    this.#stream.end(LINGER_MS);
  }
}
