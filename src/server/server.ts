import type { DemoPort } from '../gateway/demo-port.ts';
import { tlsOptions } from '../transport/certificate.ts';
import { requireUsableOptions } from './check-options.ts';
import { requireUsableSettings } from './check-places.ts';
import type { HerdServer } from './herd-server.ts';
import { NO_LOG, openLog } from './log.ts';
import { readOpenFilesLimit } from './open-files.ts';
import type { ServerOptions } from './options.ts';
import { createProof, requirePeerSecurity } from './peer-security.ts';
import { ServerJournal } from './server-journal.ts';
import { loadReplication } from './create-replicator.ts';
import { readVersion } from './version.ts';
import { Member } from './member.ts';

/** What surrounds a server in its process. */
export interface ServerSurroundings {
  /** Called with a message for the operator where something is wrong but does not stop the server. */
  readonly onTrouble: (detail: string) => void;
  /** Who runs a demo for the whole herd; `undefined`: nobody. */
  readonly demo: DemoPort | undefined;
}

/**
 * Starts one server of a herd: opens its journal and listens. Then, while it serves, it takes its journal
 * into memory, and dials its neighbours when that is done.
 *
 * @throws {OptionError} where an option is not what it has to be
 * @throws {PeerSecurityError} where links cannot be protected as the options say, or are not beyond loopback
 * @throws {CertificateError} where a certificate cannot be used
 * @throws {ListenError} where a port cannot be listened on
 * @throws {LogError} where the log file cannot be opened
 * @throws {JournalError} where the journal cannot be used
 */
export async function startServer(
  options: ServerOptions,
  { onTrouble, demo }: ServerSurroundings,
): Promise<HerdServer> {
  requireUsableOptions(options);
  await requireUsableSettings(options.places);
  requirePeerSecurity(options);
  const proof = createProof(options);
  if (options.clientCertificate !== undefined) tlsOptions(options.clientCertificate);
  if (options.gatewayCertificate !== undefined) tlsOptions(options.gatewayCertificate);
  const { herd, name, logFile, journalFolder } = options;
  const log = logFile === undefined ? NO_LOG : await openLog(logFile, options.logLevel, onTrouble);
  let journal: ServerJournal | undefined;
  let member: Member | undefined;
  try {
    if (journalFolder !== undefined) {
      journal = await ServerJournal.open(journalFolder, herd, name);
    }
    const openFiles = await readOpenFilesLimit();
    const version = await readVersion();
    const createReplicator = await loadReplication(options.nats);
    const found = { version, openFiles, proof, log, journal, onTrouble, demo, createReplicator };
    member = new Member(options, found);
    await member.listen();
    member.join();
  } catch (error) {
    if (member !== undefined) await member.close();
    else {
      await journal?.close();
      await log.close();
    }
    throw error;
  }
  return member;
}
