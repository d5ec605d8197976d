import { closingSockets } from '../../transport/closing-sockets.ts';
import type { BrokerCause } from './cause.ts';
import {
  causeOf,
  connectionOptions,
  type Libraries,
  loadLibraries,
  requireVersion,
} from './jetstream-connection.ts';
import type { NatsOptions } from './options.ts';

/**
 * Connects to one server of the cluster, asks JetStream for what it knows of the account, and leaves. Nothing is made or stored.
 *
 * @param withinMs how long each answer is waited for
 * @returns why a herd cannot use it; `undefined` if it can
 */
export async function tryServer(
  url: string,
  options: NatsOptions,
  withinMs: number,
): Promise<BrokerCause | undefined> {
  try {
    const libraries = await loadLibraries();
    // The library leaves the socket open of a connection that did not come about in time, and with it the process goes on.
    await closingSockets(() => useJetStream({ ...options, servers: [url] }, libraries, withinMs));
    return undefined;
  } catch (error) {
    return causeOf(error, 'unreachable');
  }
}

async function useJetStream(
  options: NatsOptions,
  libraries: Libraries,
  timeout: number,
): Promise<void> {
  const connecting = connectionOptions(options, 'doctor', libraries);
  const connection = await libraries.connect({ ...connecting, timeout, reconnect: false });
  try {
    requireVersion(connection.info?.version ?? '');
    const { domain } = options;
    // It asks for the account, and fails where that has no JetStream.
    await libraries.jetstreamManager(connection, {
      timeout,
      ...(domain === undefined ? {} : { domain }),
    });
  } finally {
    await connection.close();
  }
}
