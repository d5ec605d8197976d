import type { Address } from '#src/transport/address.js';
import { once } from 'node:events';
import type { Server, Socket } from 'node:net';

/** Has a server listen on a free port of loopback. */
export async function listenOnLoopback(server: Server): Promise<void> {
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
}

/** Where such a server listens. */
export function loopbackAddress(server: Server): Address {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { host: '127.0.0.1', port };
}

/** Ends a server and its connections. */
export async function endServer(server: Server, sockets: Iterable<Socket>): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  for (const socket of sockets) socket.destroy();
  await closed;
}
