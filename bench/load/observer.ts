import type { Socket } from 'node:net';

/** Longer than any line that is waited for: so much is kept of what came before, in bytes. */
const KEPT = 512;

/** Watches what comes over a connection for one text at a time. */
export class Observer {
  #wanted: Buffer | undefined;
  #settle: { seen: () => void; fail: (error: Error) => void } | undefined;
  #rest: Buffer = Buffer.alloc(0);

  constructor(socket: Socket) {
    socket.on('data', (bytes) => this.#watch(bytes));
    socket.on('close', () => this.#settle?.fail(new Error('the watched connection has closed')));
  }

  /** Resolves when the text comes. Throws where the connection closes before. */
  sees(text: string): Promise<void> {
    this.#wanted = Buffer.from(text, 'latin1');
    return new Promise((seen, fail) => (this.#settle = { seen, fail }));
  }

  #watch(bytes: Buffer): void {
    const text = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    if (this.#wanted !== undefined && text.includes(this.#wanted)) {
      this.#wanted = undefined;
      this.#settle?.seen();
    }
    this.#rest = text.subarray(Math.max(0, text.length - KEPT));
  }
}
