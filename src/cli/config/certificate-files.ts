import type { PeerCertificate } from '../../transport/certificate-proof.ts';
import type { Certificate } from '../../transport/certificate.ts';
import type { HerdConfig } from './herd-config.ts';
import { readNamed } from './named-file.ts';

/** In a path of `peerTls`: the name of the server that the file is of. */
const SERVER = '{server}';

/**
 * Reads the certificate of the client port or of the gateway.
 *
 * @throws {ConfigError} where it cannot be read
 */
export async function readCertificate(
  config: HerdConfig,
  key: 'clientTls' | 'gatewayTls',
): Promise<Certificate | undefined> {
  const files = config[key];
  if (files === undefined) return undefined;
  return {
    cert: await readNamed(config, [key, 'certFile'], files.certFile),
    key: await readNamed(config, [key, 'keyFile'], files.keyFile),
  };
}

/**
 * Reads the certificate with which the server `name` proves itself to its neighbours.
 *
 * @throws {ConfigError} where it cannot be read
 */
export async function readPeerCertificate(
  config: HerdConfig,
  name: string,
): Promise<PeerCertificate | undefined> {
  if (config.peerTls === undefined) return undefined;
  const { certFile, keyFile, caFile } = config.peerTls;
  const read = (key: string, file: string): Promise<string> =>
    readNamed(config, ['peerTls', key], file.replaceAll(SERVER, name));
  return {
    cert: await read('certFile', certFile),
    key: await read('keyFile', keyFile),
    authorities: await read('caFile', caFile),
  };
}
