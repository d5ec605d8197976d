import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { CliError, systemCode, systemReason } from '../errors.ts';
import { serverNameOf, tlsReason } from '../trust.ts';
import type { Target } from './target.ts';

/** A host that drops what it is sent lets a connection hang for minutes; a server answers at once. */
const CONNECT_WITHIN_MS = 5000;

const CUT_IN_HANDSHAKE =
  'it closed the connection in the TLS handshake; it may be full (clientLimits), or speak no TLS';

/**
 * Connects to a server's client port.
 *
 * @throws {CliError} `FAILED`, with the reason
 */
export async function dial({ address, where, trust }: Target): Promise<Socket> {
  if (trust === undefined) {
    const socket = connect({ ...address, allowHalfOpen: true });
    return connected(socket, 'connect', where, plainReason);
  }
  const servername = serverNameOf(address.host);
  const options = { ...address, ...trust, servername, allowHalfOpen: true };
  return connected(connectTls(options), 'secureConnect', where, handshakeReason);
}

async function connected(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  where: string,
  reasonOf: (error: unknown) => string,
): Promise<Socket> {
  try {
    await once(socket, event, { signal: AbortSignal.timeout(CONNECT_WITHIN_MS) });
    return socket;
  } catch (error) {
    socket.destroy();
    throw new CliError('FAILED', [`cannot connect to ${where}: ${reasonOf(error)}`]);
  }
}

function plainReason(error: unknown): string {
  if (isTimeout(error)) return `no answer in ${CONNECT_WITHIN_MS / 1000} s`;
  return systemReason(error) ?? String(error);
}

function handshakeReason(error: unknown): string {
  if (isTimeout(error)) {
    return `no TLS handshake in ${CONNECT_WITHIN_MS / 1000} s; it may speak no TLS, or hang`;
  }
  if (systemCode(error) === 'ECONNRESET') return CUT_IN_HANDSHAKE;
  return tlsReason(error, 'clientTls') ?? systemReason(error) ?? String(error);
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
