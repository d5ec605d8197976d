import type { Channel } from '../../transport/channel.ts';

/** The sending side of a channel, which knows whether the channel takes more. */
export class Outlet {
  readonly #channel: Channel;
  /** Whether all that was written has gone to the socket. */
  isDrained = true;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** Writes bytes, which are not to change until `isDrained`. */
  write(bytes: Buffer): void {
    this.isDrained = this.#channel.write(bytes);
  }

  writeText(text: string): void {
    this.write(Buffer.from(text, 'latin1'));
  }

  /** Ends the channel after what was written. */
  close(): void {
    this.#channel.close();
  }
}
