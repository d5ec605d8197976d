import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePorts } from '../harness/ports.ts';
import type { Scope } from '../harness/scope.ts';

/** A line between two servers that can be cut: it passes on what is said on it, both ways. */
export class CutLine {
  /** Where it is entered. */
  readonly port: number;
  readonly #to: number;
  readonly #sockets = new Set<Socket>();
  #listener: Server | undefined;

  private constructor(port: number, to: number) {
    this.port = port;
    this.#to = to;
  }

  /** Makes a line to a port. */
  static async to(scope: Scope, to: number): Promise<CutLine> {
    const [port = 0] = await freePorts(1);
    const line = new CutLine(port, to);
    await scope.defer(async () => line.cut());
    return line;
  }

  /** Ends what is connected; who comes now is refused. */
  cut(): void {
    this.#listener?.close();
    this.#listener = undefined;
    for (const socket of this.#sockets) socket.destroy();
  }

  /**
   * Lets both ends reach each other again.
   *
   * @returns when the first has come, on the clock of `performance`: what passed until then is how
   *   often it tried
   */
  async heal(): Promise<number> {
    const listener = createServer({ noDelay: true }, (near) => this.#join(near));
    this.#listener = listener;
    listener.listen(this.port, '127.0.0.1');
    await once(listener, 'connection');
    return performance.now();
  }

  #join(near: Socket): void {
    const far = connect({ host: '127.0.0.1', port: this.#to, noDelay: true });
    near.pipe(far).pipe(near);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined); // the end of one is the end of the other
      socket.once('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
  }
}
