import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isIP } from 'node:net';
import { checkServerIdentity, rootCertificates, type ConnectionOptions } from 'node:tls';
import type { HerdConfig } from './config/herd-config.ts';
import { CliError, systemReason } from './errors.ts';

/** The keys of a configuration that name the certificate of a port. */
type CertificateKey = 'clientTls' | 'gatewayTls';

/** How a TLS connection decides whether the server is who it should be. */
export type Trust = Pick<ConnectionOptions, 'ca' | 'checkServerIdentity'>;

/**
 * Trusts the configuration's own certificate, whatever name it bears, besides those that everybody trusts.
 * `undefined` where the configuration has none for that port.
 *
 * @throws {CliError} `FAILED` where the certificate cannot be read
 */
export async function trusting(
  config: HerdConfig,
  key: CertificateKey,
): Promise<Trust | undefined> {
  const files = config[key];
  if (files === undefined) return undefined;
  const { cert, raw } = await readCertificate(resolve(config.source.folder, files.certFile), key);
  return {
    ca: [...rootCertificates, cert],
    checkServerIdentity: (name, peer) =>
      peer.raw.equals(raw) ? undefined : checkServerIdentity(name, peer),
  };
}

/** The name for a TLS handshake, which takes no IP address. */
export function serverNameOf(host: string): string {
  return isIP(host) === 0 ? host : '';
}

async function readCertificate(
  file: string,
  key: CertificateKey,
): Promise<{ cert: string; raw: Buffer }> {
  try {
    const cert = await readFile(file, 'utf8');
    return { cert, raw: new X509Certificate(cert).raw };
  } catch (error) {
    const reason = systemReason(error) ?? 'expected an X.509 certificate in PEM';
    throw new CliError('FAILED', [`the file of ${key}.certFile cannot be used: ${reason}`]);
  }
}

/**
 * Why a TLS connection failed, in plain words; `undefined` for another kind of failure.
 *
 * @param key where the configuration has the port's certificate, for messages
 */
export function tlsReason(error: unknown, key: CertificateKey): string | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const unknown = `its certificate is neither that of ${key}.certFile nor one that an authority vouches for`;
  const isConfigured = key === 'clientTls'; // a gateway may have been named by its URL
  const noTls = `it does not speak TLS${isConfigured ? ', though clientTls or --tls says so' : ''}`;
  const reasons: Readonly<Record<string, string>> = {
    DEPTH_ZERO_SELF_SIGNED_CERT: unknown,
    SELF_SIGNED_CERT_IN_CHAIN: unknown,
    UNABLE_TO_GET_ISSUER_CERT: unknown,
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknown,
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknown,
    CERT_SIGNATURE_FAILURE: unknown,
    CERT_HAS_EXPIRED: 'its certificate has expired',
    CERT_NOT_YET_VALID: 'its certificate is not valid yet',
    ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
    ERR_SSL_WRONG_VERSION_NUMBER: noTls,
    ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
    ERR_SSL_UNEXPECTED_MESSAGE: noTls,
    EPROTO: noTls,
  };
  return reasons[code];
}
