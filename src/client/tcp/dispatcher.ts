import { Backoff } from '../backoff.ts';
import { ClosedError, UnreachableError, type HerdError } from '../errors.ts';
import { onAbort } from '../on-abort.ts';
import type { ClientRuntime } from '../runtime.ts';
import { ServerOrder } from '../server-order.ts';
import { parseServer, type ServerAddress } from './address.ts';
import { AttemptError } from './attempt-error.ts';
import { authenticate, Connection, TokenRefused } from './connection.ts';
import { openSocket, type Socket, type TlsOptions } from './open-socket.ts';
import { Pending, type Call } from './pending.ts';
import type { Reply } from './reply.ts';
import { SendQueue } from './send-queue.ts';
import { TokenRefusedError } from './tcp-errors.ts';

/** How long a server has for its reply to `AUTH`, in milliseconds. */
const AUTH_WITHIN_MS = 5000;

/** What commands are sent with. */
export interface DispatcherParts {
  readonly runtime: ClientRuntime;
  readonly servers: readonly string[];
  readonly token: string | undefined;
  readonly tls: TlsOptions | undefined;
  /** The most commands in flight. */
  readonly inFlight: number;
  /** After so long without a byte a server is asked for a sign of life, in milliseconds. */
  readonly silenceMs: number;
}

/**
 * Has commands answered: by one server at a time, on one connection, as many at once as may be. When the connection
 * is lost, what was in flight is sent again to the next server: every command of the protocol does the same twice as
 * once.
 */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #addresses: ReadonlyMap<string, ServerAddress>;
  readonly #order: ServerOrder;
  readonly #backoff: Backoff;
  readonly #queue: SendQueue<Pending>;
  /** Why each server did not answer when it was last tried. */
  readonly #failures = new Map<string, string>();
  readonly #stop = new AbortController();
  #connection: Connection<Pending> | undefined;
  /** The server that it is to. */
  #server: string | undefined;
  #running: Promise<void> | undefined;
  #isPumpPlanned = false;
  #sweep: { readonly atMs: number; readonly stop: AbortController } | undefined;

  /** @throws {InvalidArgumentError} where a server is no address */
  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.#addresses = new Map(parts.servers.map((server) => [server, parseServer(server)]));
    this.#order = new ServerOrder([...this.#addresses.keys()]);
    this.#backoff = new Backoff(() => parts.runtime.random());
    this.#queue = new SendQueue(parts.inFlight);
  }

  /**
   * Has a command answered: sends it again and again where connections are lost.
   *
   * @throws {HerdError} where no server answers before the deadline, or none accepts the token
   * @throws the signal's reason, as soon as it is aborted
   */
  dispatch<T>(call: Call<T>): Promise<T> {
    const { signal } = call.limits;
    return new Promise((resolve, reject) => {
      if (this.#stop.signal.aborted) throw new ClosedError();
      signal?.throwIfAborted();
      const nowMs = this.#parts.runtime.elapsedMs();
      const settle = (reply: Reply, server: string): void => resolve(call.read(reply, server));
      const pending = new Pending(call, nowMs, settle, reject);
      if (signal !== undefined) pending.listen(signal, () => this.#fail(pending, signal.reason));
      this.#queue.add(pending);
      this.#planSweep(pending.untilMs);
      this.#planPump();
      this.#running ??= this.#run();
    });
  }

  /** Ends the connection; what somebody still waits for fails. */
  async close(): Promise<void> {
    this.#stop.abort(new ClosedError());
    this.#sweep?.stop.abort();
    this.#failAll(new ClosedError());
    await this.#running;
  }

  #fail(pending: Pending, error: unknown): void {
    this.#queue.abandon(pending);
    pending.reject(error);
  }

  #failAll(error: HerdError): void {
    for (const pending of this.#queue.open) this.#fail(pending, error);
  }

  /** As long as there is something to do, or a connection. */
  async #run(): Promise<void> {
    const { runtime } = this.#parts;
    const { signal } = this.#stop;
    while (this.#queue.open.size > 0 && !signal.aborted) {
      if (await this.#tryEach()) this.#backoff.reset();
      else await runtime.delay(this.#backoff.next(), signal).catch(() => undefined);
    }
    this.#running = undefined;
  }

  /** Visits each server once, until one has answered something; whether one has. */
  async #tryEach(): Promise<boolean> {
    let refusals = 0;
    for (const server of this.#order.list(this.#parts.runtime.elapsedMs())) {
      if (this.#queue.open.size === 0 || this.#stop.signal.aborted) return false;
      try {
        if (await this.#visit(server)) return true;
      } catch (error) {
        if (this.#stop.signal.aborted) return false;
        if (!(error instanceof AttemptError)) throw error;
        this.#noteFailure(server, error.message);
        if (error instanceof TokenRefused) refusals += 1;
      }
    }
    if (refusals === this.#addresses.size) this.#failAll(new TokenRefusedError(this.#failures));
    return false;
  }

  /**
   * Talks to a server until the connection ends; whether it has answered anything.
   *
   * @throws {AttemptError} where no connection comes about
   */
  async #visit(server: string): Promise<boolean> {
    const address = this.#addresses.get(server);
    if (address === undefined) return false;
    const { signal } = this.#stop;
    const socket = await openSocket(address, this.#parts.tls, signal);
    const unlisten = onAbort(signal, () => socket.destroy());
    try {
      const { token } = this.#parts;
      if (token !== undefined) await authenticate(socket, token, AUTH_WITHIN_MS);
      return await this.#talk(server, socket);
    } finally {
      unlisten();
    }
  }

  async #talk(server: string, socket: Socket): Promise<boolean> {
    let isProven = false;
    const connection = new Connection<Pending>({
      socket,
      silenceMs: this.#parts.silenceMs,
      onReply: (pending, reply) => {
        if (!isProven) this.#noteSuccess(server);
        isProven = true;
        this.#settle(pending, reply, server);
      },
    });
    this.#connection = connection;
    this.#server = server;
    this.#pump();
    const reason = await connection.ended;
    this.#connection = undefined;
    this.#server = undefined;
    // A server may end a connection that is not used; that is no failure.
    if (this.#queue.inFlight > 0 || !isProven) this.#noteFailure(server, reason);
    this.#queue.restart();
    return isProven;
  }

  #noteFailure(server: string, reason: string): void {
    this.#failures.set(server, reason);
    this.#order.fail(server, this.#parts.runtime.elapsedMs());
  }

  #noteSuccess(server: string): void {
    this.#failures.clear();
    this.#order.succeed(server);
  }

  #settle(pending: Pending, reply: Reply, server: string): void {
    if (this.#queue.settle(pending)) pending.settle(reply, server);
    this.#planPump();
  }

  /** Sends what may be sent once all that runs now has run: what is asked for at once goes in one write. */
  #planPump(): void {
    if (this.#isPumpPlanned || this.#connection === undefined) return;
    this.#isPumpPlanned = true;
    process.nextTick(() => {
      this.#isPumpPlanned = false;
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#connection === undefined) return;
    const all: Pending[] = [];
    for (let next = this.#queue.next(); next !== undefined; next = this.#queue.next()) {
      all.push(next);
    }
    this.#connection.send(all);
  }

  /** Has what is late by then fail, if it is not looked at before. */
  #planSweep(atMs: number): void {
    if (this.#sweep !== undefined && this.#sweep.atMs <= atMs) return;
    this.#sweep?.stop.abort();
    const { runtime } = this.#parts;
    const sweep = { atMs, stop: new AbortController() };
    this.#sweep = sweep;
    const waitMs = Math.max(0, atMs - runtime.elapsedMs());
    runtime.delay(waitMs, sweep.stop.signal).then(
      () => this.#failLate(),
      () => undefined, // another sweep has taken its place, or it is closed
    );
  }

  #failLate(): void {
    this.#sweep = undefined;
    const nowMs = this.#parts.runtime.elapsedMs();
    let nextMs = Infinity;
    for (const pending of this.#queue.open) {
      if (pending.untilMs <= nowMs) this.#fail(pending, this.#unreachable(pending));
      else nextMs = Math.min(nextMs, pending.untilMs);
    }
    if (nextMs < Infinity) this.#planSweep(nextMs);
  }

  #unreachable({ deadlineMs }: Pending): UnreachableError {
    const reasons = new Map(this.#failures);
    if (this.#server !== undefined) reasons.set(this.#server, 'no reply yet');
    const attempts = Array.from(reasons, ([server, reason]) => ({ server, reason }));
    return new UnreachableError(deadlineMs, attempts);
  }
}
