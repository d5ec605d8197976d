import { TestClient } from './client.ts';
import { moment, OPEN_SEA } from './commands.ts';
import type { TestHerd } from './herd.ts';

/** How many questions wait on one connection at once. */
const QUESTIONS_AT_ONCE = 100;

/** The reports of these clients, each on a line, as they are pipelined. */
export function reportsOf(clients: readonly string[], time: number): string {
  return clients.map((client) => `IAMAT ${client} ${OPEN_SEA} ${moment(time)}\n`).join('');
}

/** Sends all of it at once, and calls `onLast` as soon as so many replies have come; each is one line. */
export async function pipeline(
  client: TestClient,
  lines: string,
  replies: number,
  onLast: () => void,
): Promise<void> {
  let left = replies;
  const done = new Promise<void>((resolve) => {
    client.socket.on('data', (bytes) => {
      if (left <= 0) return;
      for (const byte of bytes) if (byte === 0x0a) left -= 1;
      if (left > 0) return;
      onLast();
      resolve();
    });
  });
  client.send(lines);
  await done;
}

/** The `AT` lines that a server has of these clients, by client. */
export async function locateMany(
  herd: TestHerd,
  server: string,
  clients: readonly string[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  await using connection = await TestClient.connect(herd.clients(server));
  for (let from = 0; from < clients.length; from += QUESTIONS_AT_ONCE) {
    const asked = clients.slice(from, from + QUESTIONS_AT_ONCE);
    connection.send(asked.map((client) => `WHATSAT ${client} 1 1\n`).join(''));
    for (let answers = 0; answers < asked.length; answers++) {
      const line = await connection.readLine();
      if (line.startsWith('? ')) continue;
      while ((await connection.readLine()) !== ''); // the places and the empty line after them
      const [, , , client = ''] = line.split(' ');
      found.set(client, line);
    }
  }
  return found;
}

/** So many clients' IDs. */
export function clientIds(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}
