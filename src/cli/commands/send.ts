import { Readable } from 'node:stream';
import { formatAddress } from '../../transport/address.ts';
import type { HerdConfig } from '../config/herd-config.ts';
import { loadConfig } from '../config/load.ts';
import { findServer } from '../config/server-options.ts';
import { parseDuration } from '../config/values.ts';
import { CliError } from '../errors.ts';
import { printMessage } from '../output.ts';
import { authenticate, readTokenFile } from '../send/authenticate.ts';
import { dial } from '../send/dial.ts';
import { exchange } from '../send/exchange.ts';

/** What a server may take beside asking its upstream of places, in milliseconds: its neighbours or its disk. */
const WITHOUT_PLACES_MS = 5000;

export interface SendOptions {
  readonly config?: string;
  readonly deadline?: string;
  readonly tokenFile?: string;
}

/**
 * Sends the commands, or standard input where there are none, to a server's client port; half-closes;
 * copies the replies to standard output, byte for byte, until the server closes.
 */
export async function send(
  name: string,
  commands: readonly string[],
  options: SendOptions,
): Promise<void> {
  const given = options.deadline === undefined ? undefined : readDeadline(options.deadline);
  requireQuotes(name, commands);
  requireNoToken(commands);
  const { tokenFile } = options;
  const token = tokenFile === undefined ? undefined : await readTokenFile(tokenFile);
  const config = await loadConfig(options.config);
  const address = findServer(config, name).clients;
  const where = `${name} at ${formatAddress(address)}`;
  const socket = await dial(config, address, where);
  const deadlineMs = given ?? longestAnswerMs(config);
  if (token !== undefined) await authenticate(socket, token, where, deadlineMs);
  const input = commands.length === 0 ? standardInput() : textOf(commands);
  await exchange({ input, socket, where, deadlineMs });
}

function readDeadline(text: string): number {
  const ms = parseDuration(text) ?? 0;
  if (ms > 0) return ms;
  throw new CliError('USAGE', [
    `found --deadline ${text}, expected a duration such as 500ms or 10s`,
  ]);
}

/** A question for places may wait as long before it is asked as for its answer. */
function longestAnswerMs({ places }: HerdConfig): number {
  return 2 * places.calls.deadline + WITHOUT_PLACES_MS;
}

/** The names of commands alone are none: the shell has made a command of each word. */
function requireQuotes(server: string, [first = '', ...rest]: readonly string[]): void {
  if (!/^(IAMAT|WHATSAT)$/i.test(first) || rest.length === 0) return;
  const command = [first, ...rest].join(' ');
  throw new CliError('USAGE', [
    `each command is one argument, so put it in quotes: proxy-herd send ${server} '${command}'`,
  ]);
}

/** The arguments of a process can be read by every user of its machine. */
function requireNoToken(commands: readonly string[]): void {
  if (!commands.some((command) => /^\s*AUTH\s/i.test(command))) return;
  throw new CliError('USAGE', [
    'a token in an argument can be read by all users of this machine: name its file with --token-file',
  ]);
}

function standardInput(): Readable {
  if (process.stdin.isTTY) printMessage('type commands, one a line; Ctrl-D ends');
  return process.stdin;
}

function textOf(commands: readonly string[]): Readable {
  return Readable.from([Buffer.from(commands.map((command) => `${command}\n`).join(''))]);
}
