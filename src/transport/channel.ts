import type { Address } from './address.ts';

/** Time, handed in so that a test owns it. */
export interface Clock {
  /** Runs `action` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, action: () => void): () => void;
}

/** One end of an ordered stream of bytes to another server. */
export interface Channel {
  /**
   * Writes bytes. False: they wait to be written, are not to change until then, and no more should
   * be written until `onDrained`.
   */
  write(bytes: Buffer): boolean;
  /** Ends the stream after what was written. Nothing comes from it any more. */
  close(): void;
}

/** A port that other servers dial. */
export interface ChannelServer {
  /**
   * @returns the address that is listened on, with the port that the system chose where 0 was asked
   * @throws the system's error where it is not possible to listen
   */
  listen(address: Address): Promise<Address>;
  /** Listens no more; done when all connections to it have ended too. */
  close(): Promise<void>;
}

/** Why a channel ended or could not be opened: a stable code, and the same in words. */
export interface ChannelCause {
  readonly code:
    | 'unreachable' // the other server could not be connected to
    | 'unproven' // one of the two did not prove which server of the herd it is
    | 'closed'; // the connection ended or broke
  readonly detail: string;
}

/** A channel's callbacks, for the link that uses it. */
export interface ChannelListener {
  /** A dialled channel has reached the other server. */
  onOpened(): void;
  /** An accepted channel comes from this server, which has proven itself. Before anything else. */
  onProven(server: string): void;
  onReceived(bytes: Buffer): void;
  /** What was waiting has been written. */
  onDrained(): void;
  /** The channel has ended, but not by `close`. */
  onClosed(cause: ChannelCause): void;
}
