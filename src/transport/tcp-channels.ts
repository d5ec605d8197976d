import type { Address } from './address.ts';
import type { Channel, ChannelListener, ChannelServer } from './channel.ts';
import { connect, createServer, type Socket } from 'node:net';

import type { ChannelCause } from './channel.ts';
import { listen, stopListening } from './listen.ts';
import { describeTlsError } from './link-tls.ts';
import type { PeerProof } from './peer-proof.ts';

/** How long a closed channel may take to write out its rest, in milliseconds. */
const CLOSE_MS = 1000;

/** How far a connection has come. With a proof it is open when both ends have proven themselves. */
interface Life {
  stage: 'connecting' | 'proving' | 'open';
  /** Whether the other end has said anything. */
  isHeard: boolean;
}

/**
 * The links' TCP, with a proof under TLS. What the sockets bring is kept until `work` hands it over, so
 * that a server can take in all that has arrived before it works through any of it.
 */
export class TcpChannels {
  readonly #arrived: (() => void)[] = [];
  readonly #proof: PeerProof | undefined;
  readonly #wake: () => void;

  /**
   * @param proof how servers prove themselves; `undefined`: links are neither proven nor encrypted
   * @param wake asks that `work` be called soon
   */
  constructor(proof: PeerProof | undefined, wake: () => void) {
    this.#proof = proof;
    this.#wake = wake;
  }

  /** Starts to connect to a neighbour's peer port. */
  dial(neighbour: string, address: Address, listener: ChannelListener): Channel {
    const proof = this.#proof;
    const life: Life = { stage: 'connecting', isHeard: false };
    const opened = (): void => {
      life.stage = 'open';
      this.#arrive(() => listener.onOpened());
    };
    if (proof === undefined) {
      const socket = connect({ ...address, noDelay: true }).once('connect', opened);
      return this.#channel(socket, listener, life, undefined);
    }
    const socket = proof.dial(neighbour, address);
    socket.once('connect', () => (life.stage = 'proving')).once('secureConnect', opened);
    return this.#channel(socket, listener, life, proof);
  }

  /**
   * Makes a port that other servers dial.
   *
   * @param maxConnections beyond this many at once, those that are yet to prove themselves among
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
    const life: Life = { stage: 'open', isHeard: false };
    if (this.#proof === undefined) return this.#channel(socket, listener, life, undefined);
    let channel: Channel | undefined;
    this.#proof.accept(socket, {
      onProven: (server, secure) => {
        this.#arrive(() => listener.onProven(server));
        channel = this.#channel(secure, listener, life, undefined);
      },
      onFailed: (cause) => this.#arrive(() => listener.onClosed(cause)),
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

  /** @param proof of a connection that was dialled */
  #channel(
    socket: Socket,
    listener: ChannelListener,
    life: Life,
    proof: PeerProof | undefined,
  ): Channel {
    let failure: Error | undefined;
    socket.on('data', (bytes) => {
      life.isHeard = true;
      this.#arrive(() => listener.onReceived(bytes));
    });
    socket.on('error', (error) => (failure = error));
    socket.once('close', () => {
      const cause = causeOfEnd(life, failure, proof);
      this.#arrive(() => listener.onClosed(cause));
    });
    let isWaiting = false;
    const written = (): void => {
      if (!isWaiting || socket.writableLength > 0) return;
      isWaiting = false;
      this.#arrive(() => listener.onDrained());
    };
    return {
      write(bytes) {
        socket.write(bytes, written);
        isWaiting = socket.writableLength > 0;
        return !isWaiting;
      },
      close() {
        socket.removeAllListeners('data').resume();
        if (life.stage !== 'open') socket.destroy();
        else socket.destroySoon();
        const timer = setTimeout(() => socket.destroy(), CLOSE_MS);
        socket.once('close', () => clearTimeout(timer));
      },
    };
  }
}

function causeOfEnd(
  { stage, isHeard }: Life,
  error: Error | undefined,
  proof: PeerProof | undefined,
): ChannelCause {
  if (stage === 'connecting' && error !== undefined) {
    return { code: 'unreachable', detail: error.message };
  }
  const failure = isHeard ? undefined : proof?.failure(error, stage === 'open');
  if (failure !== undefined) return failure;
  const detail =
    error === undefined ? 'the neighbour ended the connection' : describeTlsError(error);
  return { code: 'closed', detail };
}
