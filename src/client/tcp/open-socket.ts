import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { Limit } from '../limit.ts';
import type { ServerAddress } from './address.ts';
import { AttemptError, reasonOf } from './attempt-error.ts';

/** A host that drops what it is sent lets a connection hang for minutes; a server answers at once. */
const CONNECT_WITHIN_MS = 5000;

export type { Socket } from 'node:net';

/** How a TLS connection is made and its server judged: options of `node:tls`. `undefined`: without TLS. */
export type TlsOptions = Omit<ConnectionOptions, 'host' | 'port' | 'path' | 'socket'>;

/**
 * Connects to a server.
 *
 * @throws {AttemptError} where that fails, or takes too long
 * @throws the signal's reason, as soon as it is aborted
 */
export async function openSocket(
  { host, port }: ServerAddress,
  tls: TlsOptions | undefined,
  signal: AbortSignal,
): Promise<Socket> {
  signal.throwIfAborted();
  const limit = new Limit([signal], CONNECT_WITHIN_MS);
  let socket: Socket | undefined;
  try {
    socket =
      tls === undefined
        ? connect({ host, port })
        : connectTls({ servername: isIP(host) === 0 ? host : '', ...tls, host, port });
    socket.setNoDelay(true);
    const event = tls === undefined ? 'connect' : 'secureConnect';
    await once(socket, event, { signal: limit.signal });
    return socket;
  } catch (error) {
    socket?.on('error', () => undefined); // of an attempt that is given up
    socket?.destroy();
    signal.throwIfAborted();
    const reason = limit.isOver ? `no connection within ${CONNECT_WITHIN_MS} ms` : reasonOf(error);
    throw new AttemptError(reason, { cause: error });
  } finally {
    limit.end();
  }
}
