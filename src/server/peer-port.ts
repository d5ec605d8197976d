import type { Address } from '../transport/address.ts';
import { createServer, type Server } from 'node:net';

import type { Links } from '../replication/flood/links.ts';
import type { TcpChannels } from '../transport/tcp.ts';
import { listen, stopListening } from '../transport/listen.ts';

/**
 * The most connections to the peer port at once: several for each neighbour that there can be,
 * while old ones die. Those that have yet to prove themselves count. Beyond it new ones are closed.
 */
export const MAX_PEER_CONNECTIONS = 128;

/** The port that neighbours connect to. */
export class PeerPort {
  readonly #server: Server;

  constructor(links: Links, channels: TcpChannels) {
    this.#server = createServer((socket) => {
      links.accept((listener) => channels.accept(socket, listener));
    });
    this.#server.maxConnections = MAX_PEER_CONNECTIONS;
  }

  /** @throws the system's error where it is not possible to listen */
  listen(address: Address): Promise<Address> {
    return listen(this.#server, address);
  }

  /** Listens no more; done when all connections to it have ended too. */
  close(): Promise<void> {
    return stopListening(this.#server);
  }
}
