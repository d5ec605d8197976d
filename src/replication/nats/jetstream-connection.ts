import type * as jetstreamLibrary from '@nats-io/jetstream';
import type * as transportLibrary from '@nats-io/transport-node';
import type { ConnectionOptions } from '@nats-io/transport-node';
import { setTimeout as delay } from 'node:timers/promises';
import type { BrokerCause } from './cause.ts';
import type { NatsOptions } from './options.ts';

/** How long an answer of the cluster is waited for, in milliseconds: an election takes a second or two. */
export const ANSWER_WITHIN_MS = 5000;
/** How long after a failure something is tried again, in milliseconds. */
const RETRY_MS = 1000;
/** How often a silent connection is probed, in milliseconds, and after how many failures it is given up. */
const PING = { everyMs: 2000, most: 2 };
/** The oldest version that has all that is used here. */
const LEAST_VERSION = [2, 9, 0] as const;

export type Libraries = Omit<typeof jetstreamLibrary & typeof transportLibrary, 'default'>;

/** The client library is loaded where it is configured alone: it is an optional dependency. */
export async function loadLibraries(): Promise<Libraries> {
  const [transport, jetstream] = await Promise.all([
    import('@nats-io/transport-node'),
    import('@nats-io/jetstream'),
  ]);
  return { ...transport, ...jetstream };
}

/** An error with the code that it is told under. */
export class BrokerError extends Error {
  readonly code: BrokerCause['code'];

  constructor(code: BrokerCause['code'], message: string) {
    super(message);
    this.name = 'BrokerError';
    this.code = code;
  }
}

/** How to connect. @param name of this server in the herd */
export function connectionOptions(
  options: NatsOptions,
  name: string,
  libraries: Libraries,
): ConnectionOptions {
  const { servers, authority } = options;
  // If TLS is not required, the library continues without it when the server, or someone in between, offers none.
  const isSecure = authority !== undefined || servers.some((url) => /^tls:/i.test(url.trim()));
  return {
    servers: [...servers],
    name,
    authenticator: authenticatorOf(options, libraries),
    ...(isSecure ? { tls: authority === undefined ? {} : { ca: authority } } : {}),
    maxReconnectAttempts: -1,
    reconnectTimeWait: RETRY_MS,
    timeout: ANSWER_WITHIN_MS,
    pingInterval: PING.everyMs,
    maxPingOut: PING.most,
  };
}

function authenticatorOf({ credentials }: NatsOptions, libraries: Libraries) {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  switch (credentials?.kind) {
    case 'credentials':
      return libraries.credsAuthenticator(bytes(credentials.text));
    case 'seed':
      return libraries.nkeyAuthenticator(bytes(credentials.text.trim()));
    case 'password':
      return libraries.usernamePasswordAuthenticator(credentials.user, credentials.password);
    case undefined:
      return [];
  }
}

/** @throws {BrokerError} where the cluster's server is too old */
export function requireVersion(version: string): void {
  const found = version.split('.').map((part) => Number.parseInt(part, 10));
  const first = LEAST_VERSION.findIndex((part, index) => part !== found[index]);
  const isOlder = first >= 0 && (found[first] ?? 0) < (LEAST_VERSION[first] ?? 0);
  if (!isOlder) return;
  const least = LEAST_VERSION.join('.');
  throw new BrokerError(
    'no-jetstream',
    `the NATS server is of version ${version}, expected ${least} or later`,
  );
}

/** Why something failed. @param code where the error has none that is known */
export function causeOf(error: unknown, code: BrokerCause['code']): BrokerCause {
  if (error instanceof BrokerError) return { code: error.code, detail: error.message };
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (name === 'AuthorizationError' || name === 'UserAuthenticationExpiredError') {
    return { code: 'unauthorized', detail: message };
  }
  if (name === 'JetStreamNotEnabled') {
    return { code: 'no-jetstream', detail: 'the NATS server has no JetStream for this account' };
  }
  return { code, detail: message };
}

/** Waits until something is tried again, or until it is not any more. */
export async function pause(ending: AbortSignal): Promise<void> {
  await delay(RETRY_MS, undefined, { signal: ending }).catch(() => undefined); // it has ended
}

/** The same bytes as a buffer, without a copy. */
export function bytesOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
