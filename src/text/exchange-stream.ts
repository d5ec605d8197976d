import type { Address } from '../transport/address.ts';
import type { ByteStream, StreamListener } from '../transport/byte-stream.ts';

/** What came of an exchange. */
export interface Exchanged {
  /** All that was written. */
  readonly replies: Buffer;
  /** Whether the stream ended after it; where not, it was closed before all was answered. */
  readonly isComplete: boolean;
}

/**
 * The stream of a client that is no socket: it has sent all that it has to say, sends no more, and takes whatever comes. So
 * commands that came another way go through the same connection and session as those of any client.
 */
export class ExchangeStream implements ByteStream {
  readonly remote: Address;
  readonly pendingBytes = 0;
  readonly isBlocked = false;
  /** Done when the stream has closed. */
  readonly exchanged: Promise<Exchanged>;
  #resolve: (exchanged: Exchanged) => void = () => undefined;
  readonly #replies: Buffer[] = [];
  #listener: StreamListener | undefined;
  #isClosed = false;

  constructor(remote: Address) {
    this.remote = remote;
    this.exchanged = new Promise((resolve) => (this.#resolve = resolve));
  }

  /** Sends a listener what the client has to say, and that this is all. */
  send(bytes: Buffer, listener: StreamListener): void {
    this.#listener = listener;
    listener.onData(bytes);
    listener.onEnd();
  }

  write(bytes: Buffer): boolean {
    this.#replies.push(Buffer.from(bytes));
    return true;
  }

  pause(): void {
    // it has sent everything
  }

  resume(): void {
    // it has sent everything
  }

  end(): void {
    this.#close('ended', true);
  }

  destroy(reason: string): void {
    this.#close(reason, false);
  }

  #close(reason: string, isComplete: boolean): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#listener?.onClose(reason);
    this.#resolve({ replies: Buffer.concat(this.#replies), isComplete });
  }
}
