import type { BrokerCause } from './cause.ts';
import {
  ANSWER_WITHIN_MS,
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
 * @returns why a herd cannot stand on it; `undefined` where it can
 */
export async function tryServer(
  url: string,
  options: NatsOptions,
): Promise<BrokerCause | undefined> {
  try {
    await useJetStream({ ...options, servers: [url] }, await loadLibraries());
    return undefined;
  } catch (error) {
    return causeOf(error, 'unreachable');
  }
}

async function useJetStream(options: NatsOptions, libraries: Libraries): Promise<void> {
  const connecting = connectionOptions(options, 'doctor', libraries);
  const connection = await libraries.connect({ ...connecting, reconnect: false });
  try {
    requireVersion(connection.info?.version ?? '');
    const { domain } = options;
    // It asks for the account, and fails where that has no JetStream.
    await libraries.jetstreamManager(connection, {
      timeout: ANSWER_WITHIN_MS,
      ...(domain === undefined ? {} : { domain }),
    });
  } finally {
    await connection.close();
  }
}
