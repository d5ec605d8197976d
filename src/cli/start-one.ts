import type { DemoPort } from '../gateway/demo-port.ts';
import { JournalError } from '../journal/journal-errors.ts';
import { ListenError, type ListenErrorCode, LogError } from '../server/errors.ts';
import type { ServerOptions } from '../server/options.ts';
import type { HerdServer } from '../server/herd-server.ts';
import { startServer } from '../server/server.ts';
import { formatAddress } from '../transport/address.ts';
import { CliError } from './errors.ts';
import { printMessage } from './output.ts';

/**
 * Starts one server in this process, and prints its troubles on standard error.
 *
 * @param demo who runs a demo for the whole herd; `undefined`: nobody
 * @throws {CliError} `FAILED`, in words and with the key of the configuration that could mend it
 */
export async function startOne(
  options: ServerOptions,
  demo: DemoPort | undefined,
): Promise<HerdServer> {
  const { name } = options;
  try {
    return await startServer(options, {
      demo,
      onTrouble: (detail) => printMessage(`${name}: ${detail}`),
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
