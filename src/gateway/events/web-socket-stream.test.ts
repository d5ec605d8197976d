import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import test from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';

import { LiveBatch } from '../../service/live/events.ts';
import { EVENT_MESSAGES } from './messages.ts';
import { WebSocketStream } from './web-socket-stream.ts';

/** A stream over a socket, and the other end of it. */
class Pair implements AsyncDisposable {
  readonly #server: ReturnType<typeof createServer>;
  readonly near: { readonly stream: WebSocketStream; readonly socket: WebSocket };
  readonly far: WebSocket;

  private constructor(
    server: ReturnType<typeof createServer>,
    near: { readonly stream: WebSocketStream; readonly socket: WebSocket },
    far: WebSocket,
  ) {
    this.#server = server;
    this.near = near;
    this.far = far;
  }

  static async open(autoPong: boolean): Promise<Pair> {
    const server = createServer();
    const sockets = new WebSocketServer({ noServer: true });
    const accepted = new Promise<Pair['near']>((resolve) => {
      server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => {
        sockets.handleUpgrade(request, connection, head, (socket) => {
          resolve({ stream: new WebSocketStream(socket, connection, EVENT_MESSAGES), socket });
        });
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const far = new WebSocket(`ws://127.0.0.1:${port}`, { autoPong });
    await once(far, 'open');
    return new Pair(server, await accepted, far);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.far.terminate();
    this.near.socket.terminate();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

test('who answers no ping is taken for dead, and who does is not', async () => {
  await using dead = await Pair.open(false);
  await using alive = await Pair.open(true);
  for (let beat = 1; beat <= 10; beat++) {
    const pinged = once(alive.far, 'ping');
    const answered = once(alive.near.socket, 'pong');
    alive.near.stream.heartbeat();
    await Promise.all([pinged, answered]);
  }
  assert.equal(alive.near.socket.readyState, WebSocket.OPEN);

  for (let beat = 1; beat <= 4; beat++) {
    const pinged = once(dead.far, 'ping');
    dead.near.stream.heartbeat();
    await pinged;
  }
  assert.equal(dead.near.socket.readyState, WebSocket.OPEN);
  const ended = once(dead.far, 'close');
  dead.near.stream.heartbeat();
  const [code] = (await ended) as [number];
  assert.equal(code, 1006, 'without a word: nobody would hear it');
});

test('a reader that is slow is sent nothing more until it has read', async () => {
  await using pair = await Pair.open(true);
  const { stream, socket } = pair.near;
  let resumed: () => void = () => undefined;
  const isResumed = new Promise<void>((resolve) => (resumed = resolve));
  stream.begin(() => ({ resume: resumed, close() {} }));
  pair.far.pause();
  const batch = new LiveBatch([{ kind: 'location', body: JSON.stringify('x'.repeat(1000)) }]);
  let count = 1;
  while (stream.send(batch)) count += 1;
  assert.ok(socket.bufferedAmount >= 64 * 1024);
  const { bufferedAmount } = socket;
  stream.heartbeat();
  assert.equal(socket.bufferedAmount, bufferedAmount, 'it says enough');
  let received = 0;
  pair.far.on('message', () => (received += 1));
  pair.far.resume();
  await isResumed;
  assert.equal(stream.send(batch), true);
  stream.finish();
  const [code, reason] = (await once(pair.far, 'close')) as [number, Buffer];
  assert.deepEqual([code, reason.toString()], [1001, 'connect again']);
  assert.equal(received, count + 1);
});
