import { type Address, formatAddress } from '../../transport/address.ts';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, isIP, type Socket } from 'node:net';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  checkServerIdentity,
  connect as connectTls,
  rootCertificates,
  type ConnectionOptions,
} from 'node:tls';
import { findServer } from '../config/server-options.ts';
import type { HerdConfig } from '../config/herd-config.ts';
import { loadConfig } from '../config/load.ts';
import { CliError, systemReason } from '../errors.ts';
import { outputFailure } from '../output.ts';

/** A host that drops what it is sent lets a connection hang for minutes; a server answers at once. */
const CONNECT_WITHIN_MS = 5000;

/**
 * Sends the commands, or standard input where there are none, to a server's client port; half-closes;
 * copies the replies to standard output, byte for byte, until the server closes.
 */
export async function send(
  name: string,
  commands: readonly string[],
  configFile: string | undefined,
): Promise<void> {
  const config = await loadConfig(configFile);
  const address = findServer(config, name).clients;
  const where = `${name} at ${formatAddress(address)}`;
  const socket = await dial(config, address, where);
  const input =
    commands.length === 0
      ? process.stdin
      : Readable.from([commands.map((command) => `${command}\n`).join('')]);
  let outputError: Error | undefined;
  process.stdout.once('error', (error: Error) => (outputError = error));
  try {
    await exchange(input, socket);
  } catch (error) {
    if (outputError !== undefined) throw outputFailure(outputError);
    throw new CliError('FAILED', [`lost the connection to ${where}${because(error)}`]);
  }
  if (!socket.writableFinished) {
    throw new CliError('FAILED', [`${where} closed before everything was sent`]);
  }
}

/** Until the server closes, whether or not there is more to send. */
async function exchange(input: Readable, socket: Socket): Promise<void> {
  const closed = new AbortController();
  const sending = pipeline(input, socket, { signal: closed.signal });
  sending.catch(() => undefined); // whatever cut the sending cuts the replies as well
  try {
    await pipeline(socket, process.stdout, { end: false });
  } finally {
    closed.abort();
  }
}

async function dial(config: HerdConfig, address: Address, where: string): Promise<Socket> {
  const signal = AbortSignal.timeout(CONNECT_WITHIN_MS);
  let socket: Socket | undefined;
  try {
    if (config.clientTls === undefined) {
      socket = connect({ ...address, allowHalfOpen: true });
      await once(socket, 'connect', { signal });
    } else {
      const cert = await readFile(resolve(config.source.folder, config.clientTls.certFile), 'utf8');
      const options = { ...address, ...trusting(cert, address.host), allowHalfOpen: true };
      socket = connectTls(options);
      await once(socket, 'secureConnect', { signal });
    }
    return socket;
  } catch (error) {
    socket?.destroy();
    throw new CliError('FAILED', [`cannot connect to ${where}${because(error)}`]);
  }
}

/** The configuration's own certificate is trusted, whatever name it bears, besides those that everybody trusts. */
function trusting(
  cert: string,
  host: string,
): Pick<Required<ConnectionOptions>, 'ca' | 'servername' | 'checkServerIdentity'> {
  const own = new X509Certificate(cert).raw;
  return {
    ca: [...rootCertificates, cert],
    servername: isIP(host) === 0 ? host : '',
    checkServerIdentity: (name, peer) =>
      peer.raw.equals(own) ? undefined : checkServerIdentity(name, peer),
  };
}

function because(error: unknown): string {
  if (error instanceof Error && error.name === 'AbortError') {
    return `: no answer in ${CONNECT_WITHIN_MS / 1000} s`;
  }
  const reason = systemReason(error);
  return reason === undefined ? '' : `: ${reason}`;
}
