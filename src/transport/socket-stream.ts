import type { Socket } from 'node:net';
import type { Address } from './address.ts';
import type { ByteStream, StreamListener } from './byte-stream.ts';

/** A stream over a socket of Node's. */
export class SocketStream implements ByteStream {
  readonly remote: Address;
  readonly #socket: Socket;
  readonly #isSecure: boolean;
  readonly #stallMs: number;
  #reason = 'ended';

  /** @param isSecure whether it is a socket of TLS, which takes what it is given after a while alone */
  constructor(socket: Socket, isSecure: boolean, stallMs: number) {
    this.remote = remoteOf(socket);
    this.#socket = socket;
    this.#isSecure = isSecure;
    this.#stallMs = stallMs;
  }

  /** Begins to read. */
  start(listener: StreamListener): void {
    const socket = this.#socket;
    socket.on('data', (bytes) => {
      if (!socket.writableEnded) listener.received(bytes);
    });
    socket.on('end', () => listener.ended());
    socket.on('drain', () => listener.drained());
    socket.on('timeout', () => {
      if (this.pendingBytes > 0) listener.stalled();
    });
    socket.on('error', (error) => (this.#reason = error.message));
    socket.once('close', () => listener.closed(this.#reason));
  }

  get pendingBytes(): number {
    return this.#socket.writableLength;
  }

  get isBlocked(): boolean {
    return this.#socket.writableNeedDrain;
  }

  write(bytes: Buffer): boolean {
    const socket = this.#socket;
    if (!socket.writable) return true;
    // TLS and what queues behind other bytes are read from after this call in any case: a copy of
    // these few bytes is cheaper than a new buffer for the caller.
    const copies = this.#isSecure || socket.writableLength > 0;
    socket.write(copies ? Buffer.from(bytes) : bytes);
    const isPending = socket.writableLength > 0;
    // The socket's own time-out knows of writes that get on, however slowly; only they need it.
    const timeoutMs = isPending ? this.#stallMs : 0;
    if (socket.timeout !== timeoutMs) socket.setTimeout(timeoutMs);
    return copies || !isPending;
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(lingerMs: number): void {
    const socket = this.#socket;
    if (socket.destroyed || socket.writableEnded) return;
    // The other end may take its time to read what it was sent, but not to close once it has.
    socket.end(() => {
      const timer = setTimeout(() => socket.destroy(), lingerMs);
      socket.once('close', () => clearTimeout(timer));
    });
    socket.resume();
  }

  destroy(reason: string): void {
    this.#reason = reason;
    this.#socket.destroy();
  }
}

/** Where a socket comes from, as far as the system still knows. */
export function remoteOf({
  remoteAddress: host = 'unknown',
  remotePort: port = 0,
}: Socket): Address {
  return { host, port };
}
