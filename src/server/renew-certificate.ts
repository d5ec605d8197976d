import { type Certificate, CertificateError, validTo } from '../transport/certificate.ts';
import type { PortKind } from './errors.ts';
import type { Log } from './log.ts';

/** A certificate that is to take the place of another. */
interface Renewal {
  readonly port: PortKind;
  readonly certificate: Certificate;
  /** Has the port take it. Throws `CertificateError` where it cannot. */
  readonly renew: () => void;
  readonly log: Log;
  readonly onTrouble: (detail: string) => void;
}

/** Has a port take another certificate. One that cannot be used is reported, and the old one stays. */
export function renewCertificate({ port, certificate, renew, log, onTrouble }: Renewal): void {
  try {
    renew();
    log.write({ event: 'certificate-renewed', port, validTo: validTo(certificate) });
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
    const { code, message: detail } = error;
    log.write({ event: 'certificate-rejected', port, code, detail });
    onTrouble(`the new certificate is not used: ${detail}`);
  }
}
