import type { Address } from '#src/transport/address.js';
import { connect, type Socket } from 'node:net';

/** Why a question was not answered. */
export type CallFailure =
  | 'refused' // nothing listens there
  | 'closed' // the server ended the connection in good order
  | 'broken' // the connection broke
  | 'silent' // no answer came in time
  | 'unpromised'; // the server says that it cannot keep its promise at present

export class CallError extends Error {
  override readonly name = 'CallError';
  readonly code: CallFailure;

  constructor(code: CallFailure, detail: string) {
    super(detail);
    this.code = code;
  }
}

/** A client's connection that asks one thing at a time and gives up when no answer comes. */
export class Caller {
  readonly #socket: Socket;
  #received = '';
  #failure: CallError | undefined;
  #settle: () => void = () => undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.#received += text;
      this.#settle();
    });
    socket.on('end', () => this.#fail(new CallError('closed', 'the server closed')));
    socket.on('error', (error) => this.#fail(new CallError('broken', error.message)));
    socket.on('close', () => this.#fail(new CallError('closed', 'the connection is closed')));
  }

  /** Connects. Throws `CallError`. */
  static async open(address: Address, withinMs: number): Promise<Caller> {
    const socket = connect({ ...address, noDelay: true });
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        socket.destroy();
        reject(new CallError('silent', `not connected within ${withinMs} ms`));
      }, withinMs);
      socket.once('connect', resolve);
      socket.once('error', (error) => reject(new CallError('refused', error.message)));
      socket.once('connect', () => clearTimeout(timer));
      socket.once('error', () => clearTimeout(timer));
    });
    return new Caller(socket);
  }

  /** Why no more can be asked; `undefined` while it can. */
  get failure(): CallError | undefined {
    return this.#failure;
  }

  /** Sends a command and returns the line that answers it. Throws `CallError`. */
  async ask(command: string, withinMs: number): Promise<string> {
    this.#socket.write(`${command}\n`, 'latin1');
    const timer = setTimeout(() => {
      this.#fail(new CallError('silent', `no answer within ${withinMs} ms`));
    }, withinMs);
    try {
      for (;;) {
        const end = this.#received.indexOf('\n');
        if (end !== -1) {
          const line = this.#received.slice(0, end);
          this.#received = this.#received.slice(end + 1);
          return line;
        }
        if (this.#failure !== undefined) throw this.#failure;
        await new Promise<void>((resolve) => (this.#settle = resolve));
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends the connection at once. */
  close(): void {
    this.#socket.destroy();
  }

  #fail(error: CallError): void {
    this.#failure ??= error;
    this.#settle();
  }
}
