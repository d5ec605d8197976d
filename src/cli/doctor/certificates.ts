import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { HerdConfig } from '../config/herd-config.ts';
import { systemReason } from '../errors.ts';
import { Findings, type Finding } from './finding.ts';

const DAY_MS = 86_400_000;
/** Those who renew certificates by themselves do so well before. */
const SOON_MS = 14 * DAY_MS;
const PEM = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** Until when the certificates are good. */
export async function certificateFindings(
  config: HerdConfig,
  servers: ReadonlySet<string>,
  nowMs: number,
): Promise<Finding[]> {
  const findings = new Findings('certificates');
  for (const [key, file] of certificateFiles(config, servers)) {
    try {
      const text = await readFile(resolve(config.source.folder, file), 'utf8');
      const certificates = (text.match(PEM) ?? []).map((pem) => new X509Certificate(pem));
      for (const certificate of certificates) judge(findings, `${key} ${file}`, certificate, nowMs);
    } catch (error) {
      // The check of the files reports a file that is no certificate.
      const reason = systemReason(error) ?? 'it cannot be read as a certificate';
      findings.wrong(key, reason, 'see the file that it names');
    }
  }
  return findings.all;
}

/** The certificates that a configuration names, and the keys that name them. */
function certificateFiles(
  { peerTls, clientTls, gatewayTls, replication }: HerdConfig,
  servers: ReadonlySet<string>,
): [string, string][] {
  const files: [string, string][] = [];
  for (const name of peerTls === undefined ? [] : servers) {
    files.push(['peerTls.certFile', peerTls?.certFile.replaceAll('{server}', name) ?? '']);
  }
  if (peerTls !== undefined) files.push(['peerTls.caFile', peerTls.caFile]);
  if (clientTls !== undefined) files.push(['clientTls.certFile', clientTls.certFile]);
  if (gatewayTls !== undefined) files.push(['gatewayTls.certFile', gatewayTls.certFile]);
  if (replication.engine === 'nats' && replication.caFile !== undefined) {
    files.push(['replication.caFile', replication.caFile]);
  }
  return files;
}

function judge(
  findings: Findings,
  where: string,
  { validFrom, validTo, subject }: X509Certificate,
  nowMs: number,
): void {
  const [fromMs, toMs] = [Date.parse(validFrom), Date.parse(validTo)];
  const who = `${where} (${subject.replaceAll('\n', ', ')})`;
  const until = new Date(toMs).toISOString().slice(0, 10);
  const remedy = 'renew it, then send SIGHUP to proxy-herd up, or to each serve';
  if (toMs <= nowMs) findings.wrong(who, `it expired on ${until}`, remedy);
  else if (fromMs > nowMs) {
    const from = new Date(fromMs).toISOString().slice(0, 10);
    findings.wrong(who, `it is not valid before ${from}`, "see that this machine's clock is right");
  } else if (toMs - nowMs < SOON_MS) {
    findings.warning(
      who,
      `it expires on ${until}, in ${Math.floor((toMs - nowMs) / DAY_MS)} days`,
      remedy,
    );
  } else findings.ok(who, `valid until ${until}`);
}
