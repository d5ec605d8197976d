import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { workerData } from 'node:worker_threads';
import { postResult, untilStop } from '../harness/thread.ts';

/*
 * A thread of greedy clients: each writes the same question as fast as the server takes it, without waiting for
 * a reply, and compares every byte that comes back with the one reply that there is.
 */

/** What the thread is started with. */
export interface GreedyClients {
  readonly port: number;
  readonly count: number;
  /** The question with its LF, and the whole reply; one character a byte. */
  readonly question: string;
  readonly reply: string;
}

/** Its result. */
export interface Greed {
  readonly answers: number;
}

/** Questions that are written at once. */
const BLOCK_QUESTIONS = 1_000;
const READ_BYTES = 65_536;

const { port, count, question, reply } = workerData as GreedyClients;
const block = Buffer.from(question.repeat(BLOCK_QUESTIONS), 'latin1');
const replyBytes = Buffer.byteLength(reply, 'latin1');
/** From wherever in a reply a piece begins, what follows. */
const replies = Buffer.from(reply.repeat(Math.ceil(READ_BYTES / replyBytes) + 1), 'latin1');
let receivedBytes = 0;

function startClient(): Socket {
  let place = 0;
  const onread = {
    buffer: Buffer.allocUnsafe(READ_BYTES),
    callback(bytes: number, buffer: Uint8Array): boolean {
      const isRight = replies.compare(buffer, 0, bytes, place, place + bytes) === 0;
      if (!isRight) throw new Error(`a greedy client got another reply than ${reply}`);
      place = (place + bytes) % replyBytes;
      receivedBytes += bytes;
      return true;
    },
  };
  const socket = connect({ host: '127.0.0.1', port, noDelay: true, onread });
  const writeOn = (): void => {
    while (socket.write(block));
  };
  socket.on('connect', writeOn);
  socket.on('drain', writeOn);
  return socket;
}

const sockets = Array.from({ length: count }, startClient);
await Promise.all(sockets.map((socket) => once(socket, 'connect')));
await untilStop();
for (const socket of sockets) socket.destroy();
postResult({ answers: Math.floor(receivedBytes / replyBytes) } satisfies Greed);
