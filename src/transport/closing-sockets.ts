import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';

/** Where Node tells of each socket that connects. */
const SOCKETS = 'net.client.socket';

/** Does something, and closes all sockets with which that has connected to anything, also in a library. */
export async function closingSockets(act: () => Promise<void>): Promise<void> {
  const sockets = new Set<Socket>();
  const acting = new AsyncLocalStorage<true>();
  const onSocket = (message: unknown): void => {
    if (acting.getStore() !== true || typeof message !== 'object' || message === null) return;
    if ('socket' in message && message.socket instanceof Socket) sockets.add(message.socket);
  };
  subscribe(SOCKETS, onSocket);
  try {
    await acting.run(true, act);
  } finally {
    unsubscribe(SOCKETS, onSocket);
    for (const socket of sockets) socket.destroy();
  }
}
