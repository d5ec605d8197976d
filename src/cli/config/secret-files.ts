import type { Certificate } from '../../transport/certificate.ts';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  PeerSecretError,
  requireLongSecret,
  requireSecretBeyondLoopback,
} from '../../replication/flood/peer-secrets.ts';
import { CertificateError, tlsOptions } from '../../transport/certificate.ts';
import { systemReason } from '../errors.ts';
import { ConfigError } from './faults.ts';
import type { HerdConfig } from './herd-config.ts';
import type { Path } from './source.ts';

/** The environment variable of Google's key, for where no file holds it. */
const KEY_VARIABLE = 'GOOGLE_MAPS_API_KEY';

/** The environment variable of the herd's secrets, for where no file holds them. */
const SECRET_VARIABLE = 'PROXY_HERD_SECRET';

/** What a configuration has in other files and in the environment: secrets, and what goes with them. */
export interface SecretParts {
  /** The key of the provider of places; an empty text where it needs none. */
  readonly placesKey: string;
  /** The herd's secrets, the one to dial with first. */
  readonly secrets: readonly string[];
  readonly clientCertificate: Certificate | undefined;
}

/**
 * Reads the secrets of a configuration. Throws `ConfigError` where one is missing or cannot be read,
 * and tells where it was looked for; no secret is in a message.
 */
export async function readSecretParts(
  config: HerdConfig,
  environment: NodeJS.ProcessEnv,
): Promise<SecretParts> {
  const placesKey = await readPlacesKey(config, environment);
  const secrets = await herdSecrets(config, environment);
  const clientCertificate = await readClientCertificate(config);
  if (clientCertificate !== undefined) {
    checked(config, ['clientTls'], '', () => tlsOptions(clientCertificate));
  }
  return { placesKey, secrets, clientCertificate };
}

/** The file goes before the variable, since a configuration that names one means it. */
async function readPlacesKey(config: HerdConfig, environment: NodeJS.ProcessEnv): Promise<string> {
  const { provider, keyFile } = config.places;
  if (provider !== 'google' && provider !== 'google-legacy') return '';
  if (keyFile !== undefined) {
    const path = ['places', 'keyFile'];
    return checkKey(config, path, await readNamed(config, path, keyFile), 'the file');
  }
  const path = ['places', 'provider'];
  const text = environment[KEY_VARIABLE] ?? '';
  if (text !== '') return checkKey(config, path, text, `the variable ${KEY_VARIABLE}`);
  throw fault(
    config,
    path,
    `${provider} needs an API key: set the variable ${KEY_VARIABLE}, or name a file that holds it with places.keyFile`,
  );
}

/** A key is one word of visible ASCII; the white space around it is an editor's. */
function checkKey(config: HerdConfig, path: Path, text: string, where: string): string {
  const key = text.trim();
  if (/^[\x21-\x7e]+$/.test(key)) return key;
  throw fault(config, path, `${where} holds no key, expected one word of printable ASCII`);
}

/** One secret a line; the file goes before the variable. */
async function herdSecrets(
  config: HerdConfig,
  environment: NodeJS.ProcessEnv,
): Promise<readonly string[]> {
  const path = ['secretFile'];
  const { secretFile } = config;
  const text =
    secretFile === undefined
      ? (environment[SECRET_VARIABLE] ?? '')
      : await readNamed(config, path, secretFile);
  const secrets = text.split('\n').flatMap((line) => line.trim() || []);
  if (secretFile !== undefined && secrets.length === 0) {
    throw fault(config, path, 'the file holds no secret, expected one a line');
  }
  const where = secretFile === undefined ? `the variable ${SECRET_VARIABLE}: ` : '';
  checked(config, path, where, () => secrets.forEach(requireLongSecret));
  for (const [name, { peers }] of config.servers) {
    const remedy = `set ${SECRET_VARIABLE}, or name a file that holds it with secretFile: `;
    checked(config, ['servers', name, 'peers'], remedy, () =>
      requireSecretBeyondLoopback(name, peers, secrets),
    );
  }
  return secrets;
}

/** Reads the client port's certificate. Throws `ConfigError` where it cannot be read. */
async function readClientCertificate(config: HerdConfig): Promise<Certificate | undefined> {
  if (config.clientTls === undefined) return undefined;
  const { certFile, keyFile } = config.clientTls;
  return {
    cert: await readNamed(config, ['clientTls', 'certFile'], certFile),
    key: await readNamed(config, ['clientTls', 'keyFile'], keyFile),
  };
}

/** Makes a fault of the configuration of what `check` throws of its own kinds. */
function checked(config: HerdConfig, path: Path, start: string, check: () => unknown): void {
  try {
    check();
  } catch (error) {
    const known = error instanceof PeerSecretError || error instanceof CertificateError;
    throw known ? fault(config, path, `${start}${error.message}`) : error;
  }
}

async function readNamed(config: HerdConfig, path: Path, file: string): Promise<string> {
  try {
    return await readFile(resolve(config.source.folder, file), 'utf8');
  } catch (error) {
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    // Without the path: who writes the secret itself in its place should not find it in a log.
    throw fault(config, path, `the file that it names cannot be read: ${reason}`);
  }
}

function fault(config: HerdConfig, path: Path, message: string): ConfigError {
  return new ConfigError(config.source, [{ path, message }]);
}
