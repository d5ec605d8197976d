import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Talk } from './talk.ts';

/** Bytes that are read at once: the replies to a hundred reports come in one piece. */
const READ_BYTES = 65_536;

/** One connection that has a number of requests on their way at any time. */
export class Speaker {
  readonly #socket: Socket;
  readonly #talk: Talk;
  readonly #depth: number;
  readonly #done: Promise<void>;
  #settle: { resolve: () => void; reject: (error: unknown) => void } | undefined;
  #sent = 0;
  #answered = 0;
  #rest: Buffer | undefined;
  /** When each request was sent and how long its reply took, where that is wanted. */
  readonly #times: { readonly sent: Float64Array; readonly took: Float64Array } | undefined;

  private constructor(port: number, talk: Talk, depth: number, timed: boolean) {
    this.#talk = talk;
    this.#depth = depth;
    const { length } = talk.ends;
    if (timed) this.#times = { sent: new Float64Array(length), took: new Float64Array(length) };
    // The reader's own buffer spares the generator a stream's work.
    const onread = {
      buffer: Buffer.allocUnsafe(READ_BYTES),
      callback: (count: number, buffer: Uint8Array) => this.#receive(buffer, count),
    };
    this.#socket = connect({ host: '127.0.0.1', port, noDelay: true, onread });
    this.#done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#socket.on('error', reject);
      this.#socket.on('close', () => reject(new Error('the server closed the connection')));
    });
    this.#done.catch(() => undefined); // thrown to the caller that waits for it
  }

  /** Connects; `timed` has it note how long each reply takes. */
  static async connect(port: number, talk: Talk, depth: number, timed: boolean): Promise<Speaker> {
    const speaker = new Speaker(port, talk, depth, timed);
    await Promise.race([once(speaker.#socket, 'connect'), speaker.#done]);
    return speaker;
  }

  /** Says all, and waits for the last reply. Throws where one is wrong. */
  say(): Promise<void> {
    this.#send();
    return this.#done;
  }

  /** How long each reply took, in milliseconds; none where it was not to be noted. */
  get took(): Float64Array {
    return this.#times?.took ?? new Float64Array();
  }

  close(): void {
    this.#socket.destroy();
  }

  #send(): void {
    const { requests, ends } = this.#talk;
    const next = Math.min(ends.length, this.#answered + this.#depth);
    if (next === this.#sent) return;
    const bytes = requests.subarray(ends[this.#sent - 1] ?? 0, ends[next - 1]);
    this.#times?.sent.fill(performance.now(), this.#sent, next);
    this.#sent = next;
    this.#socket.write(bytes);
  }

  #receive(buffer: Uint8Array, count: number): boolean {
    const piece = Buffer.from(buffer.buffer, buffer.byteOffset, count);
    const received = this.#rest === undefined ? piece : Buffer.concat([this.#rest, piece]);
    try {
      const read = this.#read(received);
      // The piece's memory is read into again.
      this.#rest = read === received.length ? undefined : Buffer.from(received.subarray(read));
    } catch (error) {
      this.#settle?.reject(error);
      return false;
    }
    if (this.#answered === this.#talk.ends.length) this.#settle?.resolve();
    else this.#send();
    return true;
  }

  /** Reads the whole replies, and returns where they end. */
  #read(received: Buffer): number {
    const now = this.#times && performance.now();
    let start = 0;
    while (start < received.length) {
      const end = this.#talk.readReply(received, start, this.#answered);
      if (end === -1) break;
      if (this.#times && now !== undefined) {
        this.#times.took[this.#answered] = now - (this.#times.sent[this.#answered] ?? 0);
      }
      this.#answered += 1;
      start = end;
    }
    return start;
  }
}
