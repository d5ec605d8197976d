import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { Address } from '../herd/topology.ts';
import type { Line } from '../protocol/line-decoder.ts';
import { ClientConnection } from './client-connection.ts';
import { listen } from './listen.ts';
import { readableText, type Log } from './log.ts';
import type { Framing } from './options.ts';
import type { Answer } from './session.ts';

/** What the client port is told. */
export interface ClientPortParts {
  readonly framing: Framing;
  readonly answer: Answer;
  readonly log: Log;
  /** Asks that `work` and then `flush` be called soon. */
  readonly wake: () => void;
}

/** The port that clients connect to, and their connections. */
export class ClientPort {
  readonly #parts: ClientPortParts;
  readonly #server: Server;
  readonly #connections = new Set<ClientConnection>();
  /** Those that have something to do in the next turn, and those that are having this one. */
  #active = new Set<ClientConnection>();
  #worked = new Set<ClientConnection>();
  #count = 0;

  constructor(parts: ClientPortParts) {
    this.#parts = parts;
    const options = { allowHalfOpen: true, noDelay: true };
    this.#server = createServer(options, (socket) => this.#accept(socket));
  }

  /** @throws the system's error where it is not possible to listen */
  listen(address: Address): Promise<Address> {
    return listen(this.#server, address);
  }

  /** Works through what clients have sent. */
  work(): void {
    // One that has more to do than a turn's share becomes active again while it works.
    this.#worked = this.#active;
    this.#active = new Set();
    for (const connection of this.#worked) connection.work();
  }

  /** Sends the replies that are ready, in one write a connection. */
  flush(): void {
    for (const connection of this.#worked) connection.flush();
    this.#worked.clear();
  }

  /**
   * Stops: listens no more, reads no more commands, and waits until those that were read are
   * answered, but for `graceMs` at most.
   */
  async close(graceMs: number): Promise<void> {
    const closed = this.#server.listening ? once(this.#server, 'close') : undefined;
    this.#server.close();
    for (const connection of this.#connections) connection.finish();
    const timer = setTimeout(() => {
      for (const connection of this.#connections) connection.destroy();
    }, graceMs);
    await closed;
    clearTimeout(timer);
    await nextTurn(); // the sockets' own closing is told after the server's
  }

  #accept(socket: Socket): void {
    const { framing, log } = this.#parts;
    this.#count += 1;
    const id = this.#count;
    log.write({ event: 'connection-opened', connection: id, address: remoteAddress(socket) });
    const connection: ClientConnection = new ClientConnection(
      socket,
      framing,
      (line) => this.#answer(id, line),
      () => this.#activate(connection),
      (detail) => {
        this.#connections.delete(connection);
        log.write({ event: 'connection-closed', connection: id, detail });
      },
    );
    this.#connections.add(connection);
  }

  #activate(connection: ClientConnection): void {
    this.#active.add(connection);
    this.#parts.wake();
  }

  #answer(id: number, line: Line): string | Promise<string> {
    this.#parts.log.write({ event: 'command', connection: id, text: readableText(line.text) });
    const reply = this.#parts.answer(line);
    if (typeof reply === 'string') return this.#logged(id, reply);
    return reply.then((text) => this.#logged(id, text));
  }

  #logged(id: number, reply: string): string {
    const text = readableText(reply.slice(0, reply.indexOf('\n')));
    this.#parts.log.write({ event: 'reply', connection: id, text, bytes: reply.length });
    return reply;
  }
}

function remoteAddress({ remoteAddress: host = 'unknown', remotePort: port = 0 }: Socket): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
