import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/*
 * Test files run at the same time, each in its own process, and each starts servers on ports that
 * it has to know beforehand. A port asked of the system and let go again may be given to somebody
 * else before it is used; so a process takes whole blocks of ports below the range that systems give
 * out by themselves, and listens on the first port of each block as its lock. The lock falls with the
 * process, however it ends.
 */
const FIRST_PORT = 20_000;
const BLOCK_SIZE = 50;
const BLOCKS = 220; // up to port 30,999: Linux gives out ports from 32,768 on by itself, others from 49,152 on

const locks: Server[] = [];
let next = 0;
let end = 0;

/** Takes `count` TCP ports of the loopback interface that no other test uses and nothing listens on. */
export async function takePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    if (next >= end) await takeBlock();
    const port = next++;
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

async function takeBlock(): Promise<void> {
  const start = Math.floor(Math.random() * BLOCKS);
  for (let i = 0; i < BLOCKS; i++) {
    const first = FIRST_PORT + ((start + i) % BLOCKS) * BLOCK_SIZE;
    const lock = await listen(first);
    if (lock === undefined) continue;
    lock.unref();
    locks.push(lock);
    next = first + 1;
    end = first + BLOCK_SIZE;
    return;
  }
  throw new Error('no block of free ports is left for this test');
}

async function isFree(port: number): Promise<boolean> {
  const server = await listen(port);
  if (server === undefined) return false;
  server.close();
  await once(server, 'close');
  return true;
}

async function listen(port: number): Promise<Server | undefined> {
  const server = createServer();
  server.listen({ host: '127.0.0.1', port, exclusive: true });
  try {
    await once(server, 'listening');
    return server;
  } catch {
    return undefined;
  }
}
