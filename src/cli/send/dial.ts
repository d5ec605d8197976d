import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, isIP, type Socket } from 'node:net';
import { resolve } from 'node:path';
import {
  checkServerIdentity,
  connect as connectTls,
  rootCertificates,
  type ConnectionOptions,
} from 'node:tls';
import type { Address } from '../../transport/address.ts';
import type { HerdConfig } from '../config/herd-config.ts';
import { CliError, systemReason } from '../errors.ts';

/** A host that drops what it is sent lets a connection hang for minutes; a server answers at once. */
const CONNECT_WITHIN_MS = 5000;

const NO_TLS = 'it does not speak TLS, though the configuration has clientTls';
const UNKNOWN_CERTIFICATE =
  'its certificate is neither that of clientTls.certFile nor one that an authority vouches for';

/** Why a TLS connection failed, by the code of its error. */
const TLS_REASONS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_CERTIFICATE,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_CERTIFICATE,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_CERTIFICATE,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_CERTIFICATE,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_CERTIFICATE,
  CERT_SIGNATURE_FAILURE: UNKNOWN_CERTIFICATE,
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  ERR_SSL_UNEXPECTED_MESSAGE: NO_TLS,
  EPROTO: NO_TLS,
  ECONNRESET:
    'it closed the connection in the TLS handshake; it may be full (clientLimits), or speak no TLS',
};

/**
 * Connects to a server's client port, through TLS where the configuration has a certificate.
 *
 * @param where the server in words, for messages
 * @throws {CliError} `FAILED`, with the reason
 */
export async function dial(config: HerdConfig, address: Address, where: string): Promise<Socket> {
  const { clientTls } = config;
  if (clientTls === undefined) {
    const socket = connect({ ...address, allowHalfOpen: true });
    return connected(socket, 'connect', where, plainReason);
  }
  const trust = await trusting(resolve(config.source.folder, clientTls.certFile), address.host);
  const options = { ...address, ...trust, allowHalfOpen: true };
  return connected(connectTls(options), 'secureConnect', where, tlsReason);
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

function tlsReason(error: unknown): string {
  if (isTimeout(error)) {
    return `no TLS handshake in ${CONNECT_WITHIN_MS / 1000} s; it may speak no TLS, or hang`;
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return TLS_REASONS[code] ?? systemReason(error) ?? String(error);
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** The configuration's own certificate is trusted, whatever name it bears, besides those that everybody trusts. */
async function trusting(
  certFile: string,
  host: string,
): Promise<Pick<Required<ConnectionOptions>, 'ca' | 'servername' | 'checkServerIdentity'>> {
  const { cert, raw } = await readCertificate(certFile);
  return {
    ca: [...rootCertificates, cert],
    servername: isIP(host) === 0 ? host : '',
    checkServerIdentity: (name, peer) =>
      peer.raw.equals(raw) ? undefined : checkServerIdentity(name, peer),
  };
}

async function readCertificate(file: string): Promise<{ cert: string; raw: Buffer }> {
  try {
    const cert = await readFile(file, 'utf8');
    return { cert, raw: new X509Certificate(cert).raw };
  } catch (error) {
    const reason = systemReason(error) ?? 'expected an X.509 certificate in PEM';
    throw new CliError('FAILED', [`the file of clientTls.certFile cannot be used: ${reason}`]);
  }
}
