import type { Address } from './address.ts';
import type { Channel, ChannelListener, ChannelServer } from './channel.ts';
import { connect, createServer, type Socket } from 'node:net';

import type { LinkKeys } from './link-keys.ts';
import type { ChannelCause } from './channel.ts';
import { listen, stopListening } from './listen.ts';
import { acceptProven, describeTlsError, dialProven, proofFailure } from './proven-socket.ts';

/** How long a closed channel may take to write out its rest, in milliseconds. */
const CLOSE_MS = 1000;

/** How far a connection has come. With keys it is open when both ends have proven themselves. */
type Stage = 'connecting' | 'proving' | 'open';

/**
 * The links' TCP, with keys under TLS. What the sockets bring is kept until `work` hands it over, so
 * that a server can take in all that has arrived before it works through any of it.
 */
export class TcpChannels {
  readonly #arrived: (() => void)[] = [];
  readonly #keys: LinkKeys | undefined;
  readonly #wake: () => void;

  /**
   * @param keys what servers prove themselves with; `undefined`: links are neither proven nor
   *   encrypted
   * @param wake asks that `work` be called soon
   */
  constructor(keys: LinkKeys | undefined, wake: () => void) {
    this.#keys = keys;
    this.#wake = wake;
  }

  /** Starts to connect to a peer port. */
  dial({ host, port }: Address, listener: ChannelListener): Channel {
    let stage: Stage = 'connecting';
    const opened = (): void => {
      stage = 'open';
      this.#arrive(() => listener.opened());
    };
    if (this.#keys === undefined) {
      const socket = connect({ host, port, noDelay: true }).once('connect', opened);
      return this.#channel(socket, listener, () => stage);
    }
    const socket = dialProven({ host, port }, this.#keys);
    socket.once('connect', () => (stage = 'proving')).once('secureConnect', opened);
    return this.#channel(socket, listener, () => stage);
  }

  /**
   * Makes a port that other servers dial.
   *
   * @param maxConnections beyond so many at once, those that are yet to prove themselves among
   *   them, new ones are closed
   * @param onChannel given what opens the channel of each connection
   */
  createServer(
    maxConnections: number,
    onChannel: (open: (listener: ChannelListener) => Channel) => void,
  ): ChannelServer {
    const server = createServer((socket) => {
      onChannel((listener) => this.#accept(socket, listener));
    });
    server.maxConnections = maxConnections;
    return {
      listen: (address) => listen(server, address),
      close: () => stopListening(server),
    };
  }

  #accept(socket: Socket, listener: ChannelListener): Channel {
    socket.setNoDelay(true);
    if (this.#keys === undefined) return this.#channel(socket, listener, () => 'open');
    let channel: Channel | undefined;
    acceptProven(socket, this.#keys, {
      proven: (server, secure) => {
        this.#arrive(() => listener.proven(server));
        channel = this.#channel(secure, listener, () => 'open');
      },
      failed: (cause) => this.#arrive(() => listener.closed(cause)),
    });
    return {
      // Who was dialled speaks second: there is nothing to write before the channel is there.
      write: (bytes) => channel?.write(bytes) ?? false,
      close() {
        if (channel === undefined) socket.destroy();
        else channel.close();
      },
    };
  }

  /** Hands over what has arrived, in the order in which it did. */
  work(): void {
    for (const handOver of this.#arrived.splice(0)) handOver();
  }

  #arrive(handOver: () => void): void {
    this.#arrived.push(handOver);
    this.#wake();
  }

  #channel(socket: Socket, listener: ChannelListener, stage: () => Stage): Channel {
    let failure: Error | undefined;
    socket.on('data', (bytes) => this.#arrive(() => listener.received(bytes)));
    socket.on('error', (error) => (failure = error));
    socket.once('close', () => {
      const cause = causeOfEnd(stage(), failure);
      this.#arrive(() => listener.closed(cause));
    });
    let isWaiting = false;
    const written = (): void => {
      if (!isWaiting || socket.writableLength > 0) return;
      isWaiting = false;
      this.#arrive(() => listener.drained());
    };
    return {
      write(bytes) {
        socket.write(bytes, written);
        isWaiting = socket.writableLength > 0;
        return !isWaiting;
      },
      close() {
        socket.removeAllListeners('data').resume();
        if (stage() !== 'open') socket.destroy();
        else socket.destroySoon();
        const timer = setTimeout(() => socket.destroy(), CLOSE_MS);
        socket.once('close', () => clearTimeout(timer));
      },
    };
  }
}

function causeOfEnd(stage: Stage, error: Error | undefined): ChannelCause {
  if (error === undefined) return { code: 'closed', detail: 'the neighbour ended the connection' };
  switch (stage) {
    case 'connecting':
      return { code: 'unreachable', detail: error.message };
    case 'proving':
      return proofFailure(error);
    case 'open':
      return { code: 'closed', detail: describeTlsError(error) };
  }
}
