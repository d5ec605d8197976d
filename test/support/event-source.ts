import type { Address } from '#src/transport/address.js';
import { once } from 'node:events';
import { request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http';
import { WebSocket, type ClientOptions } from 'ws';
import { eventually } from './eventually.ts';

/** An event of a stream. */
export interface StreamEvent {
  readonly kind: string;
  readonly data: Record<string, unknown>;
}

/** What an event says, in short. */
export function brief({ kind, data }: StreamEvent): string {
  return ['client', 'latitude', 'longitude']
    .flatMap((name) => (name in data ? [String(data[name])] : []))
    .reduce((text, value) => `${text} ${value}`, kind);
}

/** The events of a stream, in order. */
class EventQueue {
  #events: StreamEvent[] = [];
  /** The ID of the last event: with it a stream goes on elsewhere. */
  lastEventId: string | undefined;
  isEnded = false;

  push(event: StreamEvent): void {
    this.#events.push(event);
  }

  /** Waits until so many events have come, and takes them. */
  async take(count: number): Promise<StreamEvent[]> {
    await eventually(`${count} events`, async () =>
      this.#events.length >= count ? true : undefined,
    );
    return this.#events.splice(0, count);
  }

  /** Takes what has come. */
  takeAll(): StreamEvent[] {
    return this.#events.splice(0);
  }

  /** Waits for an event of this kind; takes it, and all before it. */
  async until(kind: string): Promise<StreamEvent[]> {
    const at = await eventually(`an event ${kind}`, async () => {
      const found = this.#events.findIndex((event) => event.kind === kind);
      return found === -1 ? undefined : found + 1;
    });
    return this.#events.splice(0, at);
  }
}

/** Reads a stream of server-sent events, as a browser would. */
export class EventReader extends EventQueue implements AsyncDisposable {
  readonly response: IncomingMessage;
  readonly #request: ClientRequest;
  readonly #closed: Promise<void>;
  #text = '';

  private constructor(request: ClientRequest, response: IncomingMessage) {
    super();
    this.#request = request;
    this.response = response;
    response.setEncoding('utf8').on('data', (text: string) => this.#take(text));
    this.#closed = new Promise((resolve) => {
      response.once('close', () => {
        this.isEnded = true;
        resolve();
      });
    });
    response.on('error', () => undefined); // it is cut off at the end of a test
  }

  /**
   * Asks for a stream; the answer may be something else.
   *
   * @param opening gives up where it aborts before there is an answer
   */
  static async open(
    address: Address,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    opening?: AbortSignal,
  ): Promise<EventReader> {
    const request = requestHttp({ ...address, path, headers, agent: false });
    const giveUp = (): void => void request.destroy(new Error('no answer'));
    opening?.addEventListener('abort', giveUp, { once: true });
    request.on('error', () => undefined);
    request.end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    opening?.removeEventListener('abort', giveUp);
    return new EventReader(request, response);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#request.destroy();
    await this.#closed;
  }

  #take(text: string): void {
    this.#text += text;
    for (;;) {
      const end = this.#text.indexOf('\n\n');
      if (end === -1) return;
      this.#takeEvent(this.#text.slice(0, end));
      this.#text = this.#text.slice(end + 2);
    }
  }

  #takeEvent(text: string): void {
    const fields = text.split('\n').map((line) => /^(\w*): ?(.*)$/.exec(line) ?? []);
    const valueOf = (name: string): string | undefined =>
      fields.find(([, field]) => field === name)?.[2];
    this.lastEventId = valueOf('id') ?? this.lastEventId;
    const data = valueOf('data');
    if (data === undefined) return;
    this.push({
      kind: valueOf('event') ?? 'message',
      data: JSON.parse(data) as Record<string, unknown>,
    });
  }
}

/** Reads a stream on a WebSocket. */
export class WebSocketReader extends EventQueue implements AsyncDisposable {
  readonly socket: WebSocket;
  /** The code and the reason with which it was closed. */
  closed: readonly [code: number, reason: string] | undefined;

  private constructor(socket: WebSocket) {
    super();
    this.socket = socket;
    socket.on('message', (data: Buffer) => this.#take(data.toString()));
    socket.on('error', () => undefined); // 'close' follows
    socket.once('close', (code, reason) => {
      this.closed = [code, reason.toString()];
      this.isEnded = true;
    });
  }

  /** Opens a stream, through TLS if `rejectUnauthorized` is given; fails where it is refused. */
  static async open(
    address: Address,
    path: string,
    options: ClientOptions = {},
  ): Promise<WebSocketReader> {
    const { host, port } = address;
    const scheme = options.rejectUnauthorized === undefined ? 'ws' : 'wss';
    const reader = new WebSocketReader(
      new WebSocket(`${scheme}://${host}:${port}${path}`, options),
    );
    await once(reader.socket, 'open');
    return reader;
  }

  /** Waits until it is closed: the code and the reason. */
  async untilClosed(): Promise<readonly [code: number, reason: string]> {
    return eventually('the end of the WebSocket', () => this.closed);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.terminate();
    await this.untilClosed();
  }

  #take(text: string): void {
    const { event, id, data } = JSON.parse(text) as {
      event: string;
      id?: string;
      data?: Record<string, unknown>;
    };
    this.lastEventId = id ?? this.lastEventId;
    if (data !== undefined) this.push({ kind: event, data });
  }
}
