import { Readable } from 'node:stream';
import { parseDuration } from '../config/values.ts';
import { CliError } from '../errors.ts';
import { printMessage } from '../output.ts';
import { authenticate, readTokenFile } from '../send/authenticate.ts';
import { dial } from '../send/dial.ts';
import { exchange } from '../send/exchange.ts';
import {
  findTarget,
  hasAddress,
  readTargets,
  type Target,
  type TargetOptions,
} from '../send/target.ts';

export interface SendOptions extends TargetOptions {
  readonly deadline?: string;
  readonly tokenFile?: string;
  readonly fail?: boolean;
}

/** How commands are sent, from the options. */
interface Sending {
  readonly target: Target;
  readonly token: string | undefined;
  readonly deadlineMs: number;
  /** Whether a command that is answered as invalid is a failure. */
  readonly mustBeValid: boolean;
}

/**
 * Sends commands to a server's client port and prints the replies. Without commands they are typed at a prompt where
 * there is a terminal, and else are standard input.
 *
 * @param words the server's name, unless the options have an address; then the commands
 */
export async function send(words: readonly string[], options: SendOptions): Promise<void> {
  const deadlineMs = options.deadline === undefined ? undefined : readDeadline(options.deadline);
  const [name, commands] = hasAddress(options) ? [undefined, words] : [words[0], words.slice(1)];
  requireServer(name, options);
  requireQuotes(name, commands);
  requireNoToken(commands);
  const { tokenFile, fail: mustBeValid = false } = options;
  const token = tokenFile === undefined ? undefined : await readTokenFile(tokenFile);
  const targets = await readTargets(options);
  const target = name === undefined ? targets.all[0] : findTarget(targets, name);
  const sending = { target, token, deadlineMs: deadlineMs ?? targets.deadlineMs, mustBeValid };
  if (commands.length > 0) return sendAll(textOf(commands), sending);
  if (!process.stdin.isTTY) return sendAll(process.stdin, sending);
  if (!process.stdout.isTTY) {
    printMessage('type commands, one a line; Ctrl-D ends');
    return sendAll(process.stdin, sending);
  }
  const { runPrompt } = await import('../prompt/run-prompt.ts');
  const invalid = await runPrompt({ ...sending, targets });
  if (mustBeValid) requireValid(invalid, undefined);
}

/** Sends the input; half-closes; copies the replies to standard output, byte for byte, until the server closes. */
async function sendAll(input: Readable, sending: Sending): Promise<void> {
  const { target, token, deadlineMs, mustBeValid } = sending;
  const { where } = target;
  const socket = await dial(target);
  if (token !== undefined) await authenticate(socket, token, where, deadlineMs);
  const { commands, invalid } = await exchange({ input, socket, where, deadlineMs });
  if (mustBeValid) requireValid(invalid, commands);
}

/** @throws {CliError} `FAILED` where a command was answered as invalid */
function requireValid(invalid: number, commands: number | undefined): void {
  if (invalid === 0) return;
  const of = commands === undefined ? '' : ` of ${commands}`;
  const were = invalid === 1 && commands === undefined ? 'command was' : 'commands were';
  throw new CliError('FAILED', [`${invalid}${of} ${were} answered with a question mark`]);
}

function readDeadline(text: string): number {
  const ms = parseDuration(text) ?? 0;
  if (ms > 0) return ms;
  throw new CliError('USAGE', [
    `found --deadline ${text}, expected a duration such as 500ms or 10s`,
  ]);
}

function requireServer(name: string | undefined, options: TargetOptions): void {
  if (name !== undefined || hasAddress(options)) return;
  throw new CliError('USAGE', ["expected a server's name, or --host with its address"]);
}

/** The names of commands alone are none: the shell has made a command of each word. */
function requireQuotes(server: string | undefined, words: readonly string[]): void {
  const [first = '', ...rest] = words;
  if (!/^(IAMAT|WHATSAT)$/i.test(first) || rest.length === 0) return;
  const to = server === undefined ? '--host …' : server;
  throw new CliError('USAGE', [
    `each command is one argument, so put it in quotes: proxy-herd send ${to} '${words.join(' ')}'`,
  ]);
}

/** The arguments of a process can be read by every user of its machine. */
function requireNoToken(commands: readonly string[]): void {
  if (!commands.some((command) => /^\s*AUTH\s/i.test(command))) return;
  throw new CliError('USAGE', [
    'a token in an argument can be read by all users of this machine: name its file with --token-file',
  ]);
}

function textOf(commands: readonly string[]): Readable {
  return Readable.from([Buffer.from(commands.map((command) => `${command}\n`).join(''))]);
}
