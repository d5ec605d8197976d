import { formatAddress } from '../../transport/address.ts';
import { JournalError } from '../../journal/journal-errors.ts';
import { ListenError, type ListenErrorCode, LogError } from '../../server/errors.ts';
import { type HerdServer, startServer } from '../../server/server.ts';
import type { HerdConfig } from '../config/herd-config.ts';
import { loadConfig } from '../config/load.ts';
import { readClientCertificate, readSecretParts } from '../config/secret-files.ts';
import { findServer, serverOptions } from '../config/server-options.ts';
import { CliError } from '../errors.ts';
import { announce, tell } from '../output.ts';
import { untilStopped } from '../signals.ts';
import type { ReadyMessage } from '../supervisor/ready-message.ts';

/** Runs one server in the foreground until it is told to stop. */
export async function serve(name: string, configFile: string | undefined): Promise<void> {
  const config = await loadConfig(configFile);
  findServer(config, name); // before anything is said about a key
  const starting = start(config, name);
  const stopped = untilStopped({
    reopen: () => void starting.then((server) => renew(config, name, server)),
    forgetPlaces: () => void starting.then((server) => server.forgetPlaces()),
  });
  try {
    const server = await starting;
    announceReady(name, server);
    await stopped;
    await server.close();
  } finally {
    if (process.connected) process.disconnect(); // the channel would keep this process alive
  }
}

/** Opens the log anew, for the one that was renamed, and takes the certificate that is there now. */
async function renew(config: HerdConfig, name: string, server: HerdServer): Promise<void> {
  server.reopenLog();
  try {
    const certificate = await readClientCertificate(config);
    if (certificate !== undefined) server.renewCertificate(certificate);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    tell(`${name}: the certificate stays as it was: ${error.message}`);
  }
}

async function start(config: HerdConfig, name: string): Promise<HerdServer> {
  const options = serverOptions(config, name, await readSecretParts(config, process.env));
  try {
    return await startServer(options, (detail) => {
      tell(`${name}: ${detail}`);
    });
  } catch (error) {
    if (error instanceof ListenError) throw new CliError('FAILED', [listenFailure(error)]);
    if (error instanceof LogError) {
      throw new CliError('FAILED', [`${name}: ${error.message}; choose another folder with logs`]);
    }
    if (error instanceof JournalError) {
      throw new CliError('FAILED', [`${name}: ${error.message} (data)`]);
    }
    throw error;
  }
}

const REASONS: Readonly<Record<ListenErrorCode, string>> = {
  ADDRESS_IN_USE: 'another process listens there; end that one, or choose another port',
  ADDRESS_UNAVAILABLE: 'this machine has no such address; choose one that it has',
  ADDRESS_FORBIDDEN: 'this user may not; choose a port above 1023',
  LISTEN_FAILED: 'the system refused',
};

function listenFailure({ server, port, address, code }: ListenError): string {
  const what = `${server} cannot listen on ${formatAddress(address)}`;
  return `${what}: ${REASONS[code]} (servers.${server}.${port})`;
}

function announceReady(name: string, { clients, peers }: HerdServer): void {
  announce(`ready: ${name}: clients ${formatAddress(clients)}, peers ${formatAddress(peers)}\n`);
  const message: ReadyMessage = { clients, peers };
  process.send?.(message);
}
