import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

import type { Address } from './address.ts';
import type { ChannelCause } from './channel.ts';

/** How the two ends of a link prove to each other which server they are, by TLS. */
export interface PeerProof {
  /**
   * Connects to a neighbour's peer port. The socket is `secureConnect`ed when the neighbour has proven
   * itself, and fails where it does not.
   */
  dial(neighbour: string, address: Address): TLSSocket;
  /**
   * Has the other end of an accepted connection prove itself. It is the caller who limits the time
   * for that, by destroying the socket.
   */
  accept(socket: Socket, listener: ProofListener): void;
  /**
   * Why a dialled connection ended before anything was received on it.
   *
   * @param error `undefined` where the other end has closed it
   * @param isSecure whether the neighbour had proven itself
   * @returns `undefined` where the proof has nothing to do with it
   */
  failure(error: Error | undefined, isSecure: boolean): ChannelCause | undefined;
}

/** What becomes of a connection that another server has made. */
export interface ProofListener {
  /** It is `server`, and `socket` is what to talk to it on. */
  onProven(server: string, socket: TLSSocket): void;
  /** It has not proven that it is a neighbour. The socket is closed. */
  onFailed(cause: ChannelCause): void;
}
