import { createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';

/** A certificate chain and its private key, in PEM. The key is a secret. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export type CertificateErrorCode =
  | 'CERTIFICATE_UNREADABLE' // no X.509 certificate in PEM
  | 'KEY_UNREADABLE' // no private key in PEM, or one that wants a passphrase
  | 'KEY_OF_ANOTHER_CERTIFICATE'
  | 'CERTIFICATE_REFUSED' // the TLS library does not take the two, for a key too short, say
  | 'CERTIFICATE_OF_ANOTHER_SERVER' // it does not name this server, or others as well
  | 'AUTHORITIES_UNREADABLE' // no certificates of authorities in PEM
  | 'TLS_NOT_SPOKEN'; // there is none to renew

const MEANINGS: Readonly<Record<CertificateErrorCode, string>> = {
  CERTIFICATE_UNREADABLE: 'the certificate is not readable: expected an X.509 certificate in PEM',
  KEY_UNREADABLE: 'the private key is not readable: expected one in PEM, without a passphrase',
  KEY_OF_ANOTHER_CERTIFICATE: 'the private key belongs to another certificate',
  CERTIFICATE_REFUSED: 'the certificate and its private key cannot be used',
  CERTIFICATE_OF_ANOTHER_SERVER:
    'the certificate does not name this server alone, by its name in the herd',
  AUTHORITIES_UNREADABLE: 'the authorities are not readable: expected X.509 certificates in PEM',
  TLS_NOT_SPOKEN: 'there is none to renew: only a new start can change to certificates',
};

/**
 * A certificate and its private key cannot serve clients. Neither's text is in the error, so it has
 * no cause, but the TLS library's own code for it.
 */
export class CertificateError extends Error {
  override readonly name = 'CertificateError';
  readonly code: CertificateErrorCode;

  constructor(code: CertificateErrorCode, detail?: string) {
    super(detail === undefined ? MEANINGS[code] : `${MEANINGS[code]} (${detail})`);
    this.code = code;
  }
}

/**
 * The options of TLS. The versions before 1.2 are out of use (RFC 8996).
 *
 * @throws {CertificateError} where the two cannot be used
 */
export function tlsOptions({ cert, key }: Certificate): SecureContextOptions {
  const chain = tried('CERTIFICATE_UNREADABLE', () => new X509Certificate(cert));
  const privateKey = tried('KEY_UNREADABLE', () => createPrivateKey(key));
  if (!chain.checkPrivateKey(privateKey)) throw new CertificateError('KEY_OF_ANOTHER_CERTIFICATE');
  const options: SecureContextOptions = { cert, key, minVersion: 'TLSv1.2' };
  tried('CERTIFICATE_REFUSED', () => createSecureContext(options));
  return options;
}

/** Until when a certificate is valid. */
export function validTo({ cert }: Certificate): string {
  return new Date(new X509Certificate(cert).validTo).toISOString();
}

function tried<T>(code: CertificateErrorCode, attempt: () => T): T {
  try {
    return attempt();
  } catch (error) {
    throw new CertificateError(code, errorCode(error));
  }
}

function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error && 'code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
