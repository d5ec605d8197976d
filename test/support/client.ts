import type { Address } from '#src/transport/address.js';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { PATIENCE_MS } from './patience.ts';

/** A client of one server, for tests: sends bytes, reads lines and replies, half-closes. */
export class TestClient implements AsyncDisposable {
  readonly socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #ended = false;
  #wake: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (bytes) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#wake();
    });
    socket.on('error', () => undefined); // 'close' follows, and every read then says what is missing
    const ended = (): void => {
      this.#ended = true;
      this.#wake();
    };
    socket.on('end', ended);
    socket.on('close', ended);
  }

  /** Connects; rejects with the system's error when nothing listens. */
  static async connect(address: Address): Promise<TestClient> {
    const socket = connect({ ...address, noDelay: true, allowHalfOpen: true });
    await once(socket, 'connect');
    return new TestClient(socket);
  }

  /** Connects through TLS; rejects when the handshake fails. */
  static async connectTls(address: Address, options: ConnectionOptions): Promise<TestClient> {
    const half = { allowHalfOpen: true }; // not in the types of `ConnectionOptions`
    const socket = connectTls({ ...address, ...half, ...options });
    socket.setNoDelay(true);
    await once(socket, 'secureConnect');
    return new TestClient(socket);
  }

  /** Sends these bytes as they are; a string goes out as UTF-8. */
  send(bytes: string | Uint8Array): void {
    this.socket.write(bytes);
  }

  /** Sends a command and its LF. */
  sendLine(command: string): void {
    this.send(`${command}\n`);
  }

  /** Half-closes: no more is sent, replies are still read. */
  end(): void {
    this.socket.end();
  }

  /** The next line, without its LF. */
  async readLine(): Promise<string> {
    return this.#readUpTo('\n', 'a line');
  }

  /** The next reply to a `WHATSAT`: its `AT` line and the places that follow it. */
  async readPlaces(): Promise<{ at: string; json: unknown }> {
    const at = await this.readLine();
    return { at, json: JSON.parse(await this.#readUpTo('\n\n', 'two LFs after the places')) };
  }

  /** Everything that comes until the server closes its end. */
  async readAll(): Promise<Buffer> {
    await this.#until(() => this.#ended, 'the end of the stream');
    const all = this.#received;
    this.#received = Buffer.alloc(0);
    return all;
  }

  /** Sends a command and returns the line that answers it. */
  async ask(command: string): Promise<string> {
    this.sendLine(command);
    return this.readLine();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.destroy();
    if (!this.socket.closed) await once(this.socket, 'close');
  }

  async #readUpTo(mark: string, what: string): Promise<string> {
    await this.#until(() => this.#received.includes(mark), what);
    const end = this.#received.indexOf(mark);
    const text = this.#received.toString('utf8', 0, end);
    this.#received = this.#received.subarray(end + mark.length);
    return text;
  }

  async #until(isTrue: () => boolean, what: string): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!isTrue()) {
      const left = deadline - Date.now();
      if (this.#ended || left <= 0) {
        const why = this.#ended ? 'the server closed' : `${PATIENCE_MS} ms went by`;
        throw new Error(
          `${why} before ${what} came; received: ${JSON.stringify(this.#received.toString())}`,
        );
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}

/** Connects, sends these bytes, half-closes, and returns all that the server says until it closes. */
export async function exchange(address: Address, bytes: string | Uint8Array): Promise<Buffer> {
  await using client = await TestClient.connect(address);
  client.send(bytes);
  client.end();
  return await client.readAll();
}
