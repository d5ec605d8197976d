import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';

import { isToken } from '../../access/token.ts';
import { CliError, systemReason } from '../errors.ts';

const LF = 0x0a;

/**
 * Reads the token that a file has. White space around it is an editor's.
 *
 * @throws {CliError} `USAGE`, without what is in the file
 */
export async function readTokenFile(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const reason = systemReason(error);
    if (reason === undefined) throw error;
    throw new CliError('USAGE', [`the file of --token-file cannot be read: ${reason}`]);
  });
  const token = text.trim();
  if (isToken(token)) return token;
  throw new CliError('USAGE', [
    'the file of --token-file has no token, expected one as proxy-herd token create prints it',
  ]);
}

/**
 * Shows a server a token, before anything else is sent to it.
 *
 * @param where the server in words, for messages
 * @param deadlineMs how long the answer may take, in milliseconds
 * @throws {CliError} `FAILED` where the token is not accepted
 */
export async function authenticate(
  socket: Socket,
  token: string,
  where: string,
  deadlineMs: number,
): Promise<void> {
  socket.write(`AUTH ${token}\n`);
  const reply = await readLine(socket, deadlineMs);
  if (reply?.startsWith('AUTH ') === true) return;
  socket.destroy();
  throw new CliError('FAILED', [`${where} ${complaint(reply)}`]);
}

/** What is wrong with a reply; a copy of the token that it may have is not in it. */
function complaint(reply: string | undefined): string {
  if (reply === undefined) return 'did not answer AUTH';
  if (reply === '? AUTH')
    return 'does not accept the token: it is unknown there, expired or revoked';
  return 'takes no token: access is off there';
}

/** The first line that comes; `undefined` where there is none in time. */
async function readLine(socket: Socket, deadlineMs: number): Promise<string | undefined> {
  const signal = AbortSignal.timeout(deadlineMs);
  let received = Buffer.alloc(0);
  try {
    while (!received.includes(LF)) {
      if (socket.readableLength === 0) await once(socket, 'readable', { signal });
      const bytes: unknown = socket.read();
      if (!Buffer.isBuffer(bytes)) return undefined; // it has ended
      received = Buffer.concat([received, bytes]);
    }
  } catch {
    return undefined; // it broke, or the time is over
  }
  const end = received.indexOf(LF);
  const rest = received.subarray(end + 1);
  if (rest.length > 0) socket.unshift(rest);
  return received.toString('latin1', 0, end);
}
