import type { FastifyReply, FastifyRequest } from 'fastify';
import { type IncomingMessage, type Server, ServerResponse } from 'node:http';
import { WebSocketServer } from 'ws';

import type { AcceptWebSocket } from '../api/route.ts';
import { sendRaw } from './failures.ts';
import { MAX_MESSAGE_BYTES, STALL_TIMEOUT_MS } from './limits.ts';
import { Problem } from './problems.ts';

/** What hands a request to its route. */
type Routing = (request: IncomingMessage, response: ServerResponse) => void;

/** The headers that are of one connection, and of the upgrade of it. */
const UPGRADE_HEADERS = new Set(['upgrade', 'http2-settings']);

/**
 * Takes requests that ask for another protocol. One for a WebSocket goes to its route like any other, so that it is
 * checked, refused and logged in the same way; the route then calls `accept`. All others are read as if they did not ask.
 */
export class Upgrades {
  readonly #server: Server;
  readonly #route: Routing;
  /** No compression: its memory, for each connection, is more than all the rest. */
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols: () => false, // none is spoken here
  });
  /** What came behind the head of a request. */
  readonly #heads = new WeakMap<IncomingMessage, Buffer>();

  constructor(server: Server, route: Routing) {
    this.#server = server;
    this.#route = route;
    this.#webSockets.on('wsClientError', (error, socket) => {
      sendRaw(socket, new Problem('invalid-request', `no WebSocket handshake: ${error.message}`));
    });
  }

  /** Whether a request is for a WebSocket. */
  isWebSocket({ raw }: FastifyRequest): boolean {
    return this.#heads.has(raw);
  }

  /** Makes a WebSocket of a request's connection. Where that fails the caller is told, and `use` is not called. */
  accept({ raw }: FastifyRequest, reply: FastifyReply, use: AcceptWebSocket): void {
    const head = this.#heads.get(raw) ?? Buffer.alloc(0);
    reply.hijack();
    reply.raw.detachSocket(raw.socket);
    const connection = raw.socket;
    this.#webSockets.handleUpgrade(raw, connection, head, (socket) => {
      // Of unread data. Without any, pings detect lost readers.
      connection.setTimeout(STALL_TIMEOUT_MS, () => connection.destroy());
      use(socket, connection);
    });
  }

  /**
   * Takes a request for another protocol.
   *
   * @param head what came behind it
   */
  take(request: IncomingMessage, head: Buffer): void {
    if (request.method !== 'GET' || request.headers.upgrade?.toLowerCase() !== 'websocket') {
      this.#readOn(request, head);
      return;
    }
    const { socket } = request;
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.once('finish', () => socket.destroySoon());
    this.#heads.set(request, head);
    this.#route(request, response);
  }

  /** Gives a connection back to the server, without what asked for an upgrade: HTTP/2, for instance. */
  #readOn(request: IncomingMessage, head: Buffer): void {
    const { socket, method = '', url = '', httpVersion, rawHeaders } = request;
    const lines = [`${method} ${url} HTTP/${httpVersion}`];
    for (let at = 0; at < rawHeaders.length; at += 2) {
      const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
      const isConnection = name.toLowerCase() === 'connection';
      const kept = isConnection ? withoutUpgrade(value) : value;
      if (!UPGRADE_HEADERS.has(name.toLowerCase())) lines.push(`${name}: ${kept}`);
    }
    socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
    this.#server.emit('encrypted' in socket ? 'secureConnection' : 'connection', socket);
  }
}

function withoutUpgrade(connection: string): string {
  const options = connection.split(',').map((each) => each.trim());
  return options.filter((each) => !UPGRADE_HEADERS.has(each.toLowerCase())).join(', ');
}
