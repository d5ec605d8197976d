import type { Socket } from 'node:net';
import type { Address } from './address.ts';
import type { ByteStream, StreamListener } from './byte-stream.ts';

/**
 * The most that a socket is given at once, in bytes: a write says only that all of it was taken, and a
 * stream that takes some of it has not stalled. It is no less than a socket's high-water mark, below which it emits `drain`.
 */
const PIECE_BYTES = 64 * 1024;

/** A stream over a socket of `node:net` or `node:tls`. */
export class SocketStream implements ByteStream {
  readonly remote: Address;
  readonly #socket: Socket;
  readonly #isSecure: boolean;
  readonly #stallMs: number;
  #listener: StreamListener | undefined;
  /** What was not given to the socket yet. */
  readonly #queue: Buffer[] = [];
  #queuedBytes = 0;
  /** All that was given to `write`, in bytes, and how much of it had been taken at the last check. */
  #writtenBytes = 0;
  #takenBytes = 0;
  /** Runs while something is pending. */
  #stall: NodeJS.Timeout | undefined;
  /** How long to linger, once `end` was called. */
  #lingerMs: number | undefined;
  #reason = 'ended';

  /** @param isSecure whether it is a TLS socket, which takes what it is given asynchronously */
  constructor(socket: Socket, isSecure: boolean, stallMs: number) {
    this.remote = remoteOf(socket);
    this.#socket = socket;
    this.#isSecure = isSecure;
    this.#stallMs = stallMs;
  }

  /** Begins to read. */
  start(listener: StreamListener): void {
    this.#listener = listener;
    this.#socket.on('data', (bytes) => {
      if (this.#lingerMs === undefined) listener.onData(bytes);
    });
    this.#socket.on('end', () => {
      // Bun emits this on a socket that this end has closed as well.
      if (this.#lingerMs === undefined && !this.#socket.destroyed) listener.onEnd();
    });
    this.#socket.on('drain', () => {
      this.#pump();
      if (!this.isBlocked && this.#lingerMs === undefined) listener.onDrain();
    });
    this.#socket.on('error', (error) => (this.#reason = error.message));
    this.#socket.once('close', () => {
      clearTimeout(this.#stall);
      listener.onClose(this.#reason);
    });
  }

  get pendingBytes(): number {
    return this.#queuedBytes + this.#socket.writableLength;
  }

  get isBlocked(): boolean {
    return this.#queuedBytes > 0 || this.#socket.writableNeedDrain;
  }

  write(bytes: Buffer): boolean {
    if (!this.#socket.writable || this.#lingerMs !== undefined) return true;
    // TLS and what queues behind other bytes are read from after this call in any case: a copy of
    // these few bytes is cheaper than a new buffer for the caller.
    const copies = this.#isSecure || this.pendingBytes > 0;
    this.#writtenBytes += bytes.length;
    this.#queuedBytes += bytes.length;
    this.#queue.push(copies ? Buffer.from(bytes) : bytes);
    this.#pump();
    const isPending = this.pendingBytes > 0;
    if (isPending) this.#watch();
    return copies || !isPending;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(lingerMs: number): void {
    if (this.#lingerMs !== undefined) return;
    this.#lingerMs = lingerMs;
    this.#socket.resume();
    this.#pump();
  }

  destroy(reason: string): void {
    this.#reason = reason;
    this.#socket.destroy();
  }

  /** Gives the socket as much as it bears, and its end after that. */
  #pump(): void {
    const socket = this.#socket;
    for (;;) {
      const [first] = this.#queue;
      if (first === undefined) break;
      if (socket.writableNeedDrain) return;
      const piece = first.subarray(0, PIECE_BYTES);
      if (piece.length === first.length) this.#queue.shift();
      else this.#queue[0] = first.subarray(PIECE_BYTES);
      this.#queuedBytes -= piece.length;
      socket.write(piece);
    }
    if (this.#lingerMs !== undefined) this.#endSocket(this.#lingerMs);
  }

  #endSocket(lingerMs: number): void {
    const socket = this.#socket;
    if (socket.destroyed || socket.writableEnded) return;
    // The other end may take its time to read what it was sent, but not to close once it has.
    socket.end(() => {
      const timer = setTimeout(() => socket.destroy(), lingerMs);
      socket.once('close', () => clearTimeout(timer));
    });
  }

  /** Looks from now on, as long as something is pending, whether any of it is taken. */
  #watch(): void {
    this.#stall ??= setTimeout(() => this.#checkStall(), this.#stallMs);
  }

  #checkStall(): void {
    const { pendingBytes } = this;
    this.#stall = undefined;
    if (pendingBytes === 0) return;
    const takenBytes = this.#writtenBytes - pendingBytes;
    const isStalled = takenBytes === this.#takenBytes;
    this.#takenBytes = takenBytes;
    this.#watch();
    if (isStalled) this.#listener?.onStall();
  }
}

/** Where a socket comes from, as far as the system still knows. */
export function remoteOf({
  remoteAddress: host = 'unknown',
  remotePort: port = 0,
}: Socket): Address {
  return { host, port };
}
