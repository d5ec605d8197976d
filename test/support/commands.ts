import { exchange, type TestClient } from './client.ts';
import type { TestHerd } from './herd.ts';

/** Far from any city, so that the places near it are none and the replies are short. */
export const OPEN_SEA = '+00.000000-030.000000';

/** Long gone, so that reports count as of their clients' time on every server alike. */
const FIRST_SECOND = 1_600_000_000;

/** The `n`th moment of a series, as a client's time: each a nanosecond after the one before. */
export function moment(n: number): string {
  return `${FIRST_SECOND}.${String(n).padStart(9, '0')}`;
}

/** Says something to a server on a connection of its own; text is one character a byte both ways. */
export async function say(herd: TestHerd, server: string, text: string): Promise<string> {
  const bytes = Buffer.from(text, 'latin1');
  return (await exchange(herd.clients(server), bytes)).toString('latin1');
}

/** Reports a client's location to a server; returns the reply without its LF. */
export async function report(
  herd: TestHerd,
  server: string,
  client: string,
  time: string,
): Promise<string> {
  return firstLine(await say(herd, server, `IAMAT ${client} ${OPEN_SEA} ${time}\n`));
}

/** The `AT` line that a server has of a client; `undefined` where it does not know it. */
export async function locate(
  herd: TestHerd,
  server: string,
  client: string,
): Promise<string | undefined> {
  const line = firstLine(await say(herd, server, `WHATSAT ${client} 1 1\n`));
  return line.startsWith('? ') ? undefined : line;
}

/** The same on a connection that is open. */
export async function locateOn(
  connection: TestClient,
  client: string,
): Promise<string | undefined> {
  const line = await connection.ask(`WHATSAT ${client} 1 1`);
  if (line.startsWith('? ')) return undefined;
  while ((await connection.readLine()) !== ''); // the places and the empty line after them
  return line;
}

/** Everything that comes until the server closes its end; the client then closes its own. */
export function readUntilClosed(client: TestClient): Promise<Buffer> {
  const close = (): void => client.end();
  if (client.socket.readableEnded) close();
  else client.socket.once('end', close);
  return client.readAll();
}

function firstLine(reply: string): string {
  return reply.slice(0, reply.indexOf('\n'));
}
