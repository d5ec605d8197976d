import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Ports that neither the tests take (they stay below) nor Linux gives out by itself (from 32,768 on):
 * a port that was found free is still so when a server is started on it a little later.
 */
const FIRST_PORT = 31_000;
const PORTS = 1_768;

/** Finds `count` different TCP ports of the loopback interface that nothing listens on. */
export async function freePorts(count: number): Promise<number[]> {
  const start = Math.floor(Math.random() * PORTS);
  const free: number[] = [];
  for (let i = 0; i < PORTS && free.length < count; i++) {
    const port = FIRST_PORT + ((start + i) % PORTS);
    if (await isFree(port)) free.push(port);
  }
  if (free.length < count)
    throw new Error(`there are no ${count} free ports from ${FIRST_PORT} on`);
  return free;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  server.listen({ host: '127.0.0.1', port, exclusive: true });
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
