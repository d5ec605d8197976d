import {
  HAS_TLS_PSK,
  requireProofBeyondLoopback,
  requireUsableProofs,
} from '../../server/peer-security.ts';
import type { HookOptions } from '../../gateway/hooks/options.ts';
import type { MapOptions } from '../../gateway/map/options.ts';
import { neighboursOf } from '../../replication/topology.ts';
import { CertificateProof, type PeerCertificate } from '../../transport/certificate-proof.ts';
import { tlsOptions, type Certificate } from '../../transport/certificate.ts';
import { readCertificate, readPeerCertificate } from './certificate-files.ts';
import type { HerdConfig } from './herd-config.ts';
import { readHooks } from './hook-options.ts';
import { readMap } from './map-options.ts';
import { checked, fault, readNamed } from './named-file.ts';
import { type NatsSecrets, readNatsSecrets } from './nats-options.ts';
import { API_KEY_EXPECTED, isApiKey } from '../../places/api-key.ts';
import { readPlacesFile } from './places-file.ts';
import { providerOf, type PlacesParts } from './places-options.ts';
import type { Path } from './source.ts';

/** The environment variable of the herd's secrets, for where no file has them. */
const SECRET_VARIABLE = 'PROXY_HERD_SECRET';

/** What a configuration has in other files and in the environment: secrets, and what goes with them. */
export interface SecretParts extends PlacesParts {
  /** The herd's secrets, the one to dial with first. */
  readonly secrets: readonly string[];
  readonly clientCertificate: Certificate | undefined;
  readonly gatewayCertificate: Certificate | undefined;
  /** What this server proves itself with to its neighbours, in place of a secret. */
  readonly peerCertificate: PeerCertificate | undefined;
  /** What it needs for the NATS cluster; `undefined` if the herd does not use one. */
  readonly nats: NatsSecrets | undefined;
  readonly hooks: readonly HookOptions[];
  /** The street map; `undefined`: there is none. */
  readonly map: MapOptions | undefined;
}

/**
 * Reads what the configuration has elsewhere for the server `name`. Throws `ConfigError` where something
 * is missing or cannot be read or used, and says where it was looked for; no secret is in a message.
 */
export async function readSecretParts(
  config: HerdConfig,
  environment: NodeJS.ProcessEnv,
  name: string,
): Promise<SecretParts> {
  const placesKey = await readPlacesKey(config, environment);
  const placesFile = await readPlacesFile(config);
  const clientCertificate = await readUsable(config, 'clientTls');
  const gatewayCertificate = await readUsable(config, 'gatewayTls');
  const peerCertificate = await readPeerCertificate(config, name);
  if (peerCertificate !== undefined) {
    const neighbours = neighboursOf(name, config.links);
    const proof = () => new CertificateProof(name, neighbours, peerCertificate);
    checked(config, ['peerTls'], `${name}: `, proof);
  }
  const secrets = await herdSecrets(config, environment, peerCertificate);
  const nats = await readNatsSecrets(config);
  const hooks = await readHooks(config, environment);
  const map = await readMap(config);
  const certificates = { clientCertificate, gatewayCertificate, peerCertificate };
  return { placesKey, placesFile, secrets, ...certificates, nats, hooks, map };
}

async function readUsable(
  config: HerdConfig,
  key: 'clientTls' | 'gatewayTls',
): Promise<Certificate | undefined> {
  const certificate = await readCertificate(config, key);
  if (certificate !== undefined) checked(config, [key], '', () => tlsOptions(certificate));
  return certificate;
}

/** The file goes before the variable, since a configuration that names one means it. */
async function readPlacesKey(config: HerdConfig, environment: NodeJS.ProcessEnv): Promise<string> {
  const { keyFile } = config.places;
  const { name: provider, keyVariable } = providerOf(config.places);
  if (keyVariable === undefined) return '';
  if (keyFile !== undefined) {
    const path = ['places', 'keyFile'];
    return checkKey(config, path, await readNamed(config, path, keyFile), 'the file');
  }
  const path = ['places', 'provider'];
  const text = environment[keyVariable] ?? '';
  if (text !== '') return checkKey(config, path, text, `the variable ${keyVariable}`);
  throw fault(
    config,
    path,
    `${provider} needs an API key: set the variable ${keyVariable}, or name a file that has it with places.keyFile`,
  );
}

/** A key is one word of visible ASCII; the white space around it is an editor's. */
function checkKey(config: HerdConfig, path: Path, text: string, where: string): string {
  const key = text.trim();
  if (isApiKey(key)) return key;
  throw fault(config, path, `${where} has no key, expected ${API_KEY_EXPECTED}`);
}

/** One secret a line; the file goes before the variable. */
async function herdSecrets(
  config: HerdConfig,
  environment: NodeJS.ProcessEnv,
  peerCertificate: PeerCertificate | undefined,
): Promise<readonly string[]> {
  const path = ['secretFile'];
  const { secretFile } = config;
  const text =
    secretFile === undefined
      ? (environment[SECRET_VARIABLE] ?? '')
      : await readNamed(config, path, secretFile);
  const secrets = text.split('\n').flatMap((line) => line.trim() || []);
  if (secretFile !== undefined && secrets.length === 0) {
    throw fault(config, path, 'the file has no secret, expected one a line');
  }
  const where = secretFile === undefined ? `the variable ${SECRET_VARIABLE}: ` : '';
  const proofs = { secrets, peerCertificate };
  checked(config, path, where, () => requireUsableProofs(proofs, HAS_TLS_PSK));
  for (const [name, { peers }] of config.servers) {
    const remedy = `set ${SECRET_VARIABLE}, or name a file that has it with secretFile, or certificates with peerTls: `;
    checked(config, ['servers', name, 'peers'], remedy, () =>
      requireProofBeyondLoopback(name, peers, proofs),
    );
  }
  return secrets;
}
