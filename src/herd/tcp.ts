import { connect, type Socket } from 'node:net';

import type { Address } from './topology.ts';
import type { Channel, ChannelListener } from './world.ts';

/** How long a closed channel may take to write out its rest, in milliseconds. */
const CLOSE_MS = 1000;

/**
 * The links' TCP. What the sockets bring is kept until `work` hands it over, so that a server can
 * take in all that has arrived before it works through any of it.
 */
export class TcpChannels {
  readonly #arrived: (() => void)[] = [];
  readonly #wake: () => void;

  /** @param wake asks that `work` be called soon */
  constructor(wake: () => void) {
    this.#wake = wake;
  }

  /** Starts to connect to a peer port. */
  dial({ host, port }: Address, listener: ChannelListener): Channel {
    const socket = connect({ host, port, noDelay: true });
    let opened = false;
    socket.once('connect', () => {
      opened = true;
      this.#arrive(() => listener.opened());
    });
    return this.#channel(socket, listener, () => (opened ? 'closed' : 'unreachable'));
  }

  /** Uses a socket that the peer port has accepted. */
  accept(socket: Socket, listener: ChannelListener): Channel {
    socket.setNoDelay(true);
    return this.#channel(socket, listener, () => 'closed');
  }

  /** Hands over what has arrived, in the order in which it did. */
  work(): void {
    for (const handOver of this.#arrived.splice(0)) handOver();
  }

  #arrive(handOver: () => void): void {
    this.#arrived.push(handOver);
    this.#wake();
  }

  #channel(
    socket: Socket,
    listener: ChannelListener,
    codeAtEnd: () => 'closed' | 'unreachable',
  ): Channel {
    let detail = 'the neighbour ended the connection';
    socket.on('data', (bytes) => this.#arrive(() => listener.received(bytes)));
    socket.on('drain', () => this.#arrive(() => listener.drained()));
    socket.on('error', (error) => (detail = error.message));
    socket.once('close', () => {
      this.#arrive(() => listener.closed({ code: codeAtEnd(), detail }));
    });
    return {
      write: (text) => socket.write(text, 'latin1'),
      close() {
        socket.removeAllListeners('data').resume();
        if (socket.connecting) socket.destroy();
        else socket.destroySoon();
        const timer = setTimeout(() => socket.destroy(), CLOSE_MS);
        socket.once('close', () => clearTimeout(timer));
      },
    };
  }
}
