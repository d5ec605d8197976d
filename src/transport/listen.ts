import type { Address } from './address.ts';
import { once } from 'node:events';
import type { Server } from 'node:net';

/** Listens no more; done when all its connections have closed. One that never listened is closed at once. */
export async function stopListening(server: Server): Promise<void> {
  const closed = server.listening ? once(server, 'close') : undefined;
  server.close();
  await closed;
}

/**
 * Starts to listen.
 *
 * @returns the address that is listened on, with the port that the system chose where 0 was asked
 * @throws the system's error where it is not possible
 */
export async function listen(server: Server, { host, port }: Address): Promise<Address> {
  server.listen({ host, port });
  await once(server, 'listening');
  const bound = server.address();
  return { host, port: typeof bound === 'object' && bound !== null ? bound.port : port };
}
