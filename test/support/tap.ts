import type { Address } from '#src/transport/address.js';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { endServer, listenOnLoopback, loopbackAddress } from './loopback.ts';

/** What went over one connection, both ways. */
export interface Recording {
  readonly fromDialler: Buffer[];
  readonly fromListener: Buffer[];
}

/** A man in the middle: a relay in front of a port that keeps what it passes on. */
export class Tap implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly recordings: Recording[] = [];

  private constructor(target: Address) {
    this.#server = createServer((near) => {
      const recording: Recording = { fromDialler: [], fromListener: [] };
      this.recordings.push(recording);
      const far = connect(target);
      this.#join(near, far, recording.fromDialler);
      this.#join(far, near, recording.fromListener);
    });
  }

  static async start(target: Address): Promise<Tap> {
    const tap = new Tap(target);
    await listenOnLoopback(tap.#server);
    return tap;
  }

  /** What to dial instead of the port. */
  get address(): Address {
    return loopbackAddress(this.#server);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await endServer(this.#server, this.#sockets);
  }

  #join(from: Socket, to: Socket, received: Buffer[]): void {
    this.#sockets.add(from);
    from.on('data', (bytes) => {
      received.push(bytes);
      to.write(bytes);
    });
    from.on('error', () => undefined); // 'close' follows
    from.on('close', () => to.destroySoon());
  }
}
