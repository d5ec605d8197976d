import type { Address } from '#src/transport/address.js';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { PATIENCE_MS } from './patience.ts';

/** A frozen relay is half-open: it takes connections and passes nothing on. A cut one ends them all. */
type RelayState = 'passing' | 'frozen' | 'cut';

/** A TCP relay in front of a peer port, whose connections can be cut, frozen and healed. */
export class Relay implements AsyncDisposable {
  readonly #target: Address;
  readonly #server: Server;
  readonly #passages = new Set<Passage>();
  #state: RelayState = 'passing';
  #records = 0;

  private constructor(target: Address) {
    this.#target = target;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.#accept(socket);
    });
  }

  static async start(target: Address): Promise<Relay> {
    const relay = new Relay(target);
    relay.#server.listen({ host: '127.0.0.1', port: 0 });
    await once(relay.#server, 'listening');
    return relay;
  }

  /** What to dial instead of the peer port. */
  get address(): Address {
    const address = this.#server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return { host: '127.0.0.1', port };
  }

  /** Whether a connection passes on which both ends have sent something: a link greets from both sides. */
  get carries(): boolean {
    return this.#state === 'passing' && [...this.#passages].some(({ isHeard }) => isHeard);
  }

  /** How many records it has passed on: lines that begin with `AT`. */
  get records(): number {
    return this.#records;
  }

  /** Ends every connection at both ends, and each new one at once. */
  cut(): void {
    this.#state = 'cut';
    for (const passage of this.#passages) passage.destroy();
  }

  /** Passes nothing on: neither bytes nor the end of a connection. */
  freeze(): void {
    this.#state = 'frozen';
    for (const passage of this.#passages) passage.freeze();
  }

  /** Passes on again, first what was kept meanwhile. */
  heal(): void {
    this.#state = 'passing';
    for (const passage of this.#passages) passage.thaw();
  }

  /** Waits until the connections of now have ended, with all that was said on them delivered. */
  async drained(): Promise<void> {
    const passages = [...this.#passages];
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), PATIENCE_MS);
    await Promise.race([
      Promise.all(passages.map(({ ended }) => ended)),
      once(late.signal, 'abort'),
    ]);
    clearTimeout(timer);
    if (late.signal.aborted) throw new Error(`a link still stands ${PATIENCE_MS} ms after one end`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #accept(near: Socket): void {
    if (this.#state === 'cut') {
      near.destroy();
      return;
    }
    const far = connect({ ...this.#target, allowHalfOpen: true, noDelay: true });
    const passage = new Passage(near, far, (records) => (this.#records += records));
    this.#passages.add(passage);
    void passage.ended.then(() => this.#passages.delete(passage));
    if (this.#state === 'frozen') passage.freeze();
  }
}

/** One relayed connection: what comes at one end goes out at the other, as does the end. */
class Passage {
  readonly ended: Promise<unknown>;
  readonly #ends: readonly [Socket, Socket];
  #frozen = false;

  /** @param onRecords told how many records were passed on */
  constructor(near: Socket, far: Socket, onRecords: (records: number) => void) {
    this.#ends = [near, far];
    for (const end of this.#ends) countRecords(end, onRecords);
    this.#join(near, far);
    this.#join(far, near);
    this.ended = Promise.all(this.#ends.map((end) => new Promise((done) => end.on('close', done))));
  }

  get isHeard(): boolean {
    return this.#ends.every((end) => end.bytesRead > 0 && end.readable && end.writable);
  }

  freeze(): void {
    this.#frozen = true;
    for (const end of this.#ends) end.pause();
  }

  thaw(): void {
    this.#frozen = false;
    for (const end of this.#ends) end.resume();
    this.#passOnLoss();
  }

  destroy(): void {
    for (const end of this.#ends) end.destroy();
  }

  #join(from: Socket, to: Socket): void {
    from.on('data', (bytes) => {
      to.write(bytes);
      if (to.writableNeedDrain) from.pause();
    });
    to.on('drain', () => {
      if (!this.#frozen) from.resume();
    });
    from.on('end', () => to.end());
    from.on('error', () => undefined); // 'close' follows
    from.on('close', () => this.#passOnLoss());
  }

  /** Where one end is gone, the other ends too, once what it was sent has gone out. */
  #passOnLoss(): void {
    if (this.#frozen || !this.#ends.some(({ destroyed }) => destroyed)) return;
    for (const end of this.#ends) end.resume().end();
  }
}

/** Counts the lines that begin with `AT`, in whatever pieces they come. */
function countRecords(from: Socket, onRecords: (records: number) => void): void {
  let rest = '';
  from.on('data', (bytes: Buffer) => {
    const text = rest + bytes.toString('latin1');
    onRecords(text.split('\nAT ').length - 1);
    rest = text.slice(-3);
  });
}
