import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** How long a process is watched to see whether it has come to rest, in milliseconds. */
const WATCH_MS = 200;
/** At rest, a process takes less than this of a watch, in seconds: timers and heartbeats go on. */
const REST_SECONDS = 0.02;
/** A process that is not at rest after this, in milliseconds, has something that never ends. */
const REST_WITHIN_MS = 120_000;

/** The processor time that a process has taken so far in all threads that it has, in seconds. */
export async function cpuSeconds(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`);
  const nanoseconds = await Promise.all(
    threads.map(async (thread) => {
      const text = await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'latin1');
      return Number(text.split(' ')[0]);
    }),
  );
  return nanoseconds.reduce((sum, each) => sum + each, 0) / 1e9;
}

/** How many bytes a process has read so far from sockets and files. */
export async function bytesRead(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/io`, 'latin1');
  return Number(/^rchar: (\d+)$/m.exec(text)?.[1]);
}

/** The memory of a process that is in RAM, in bytes. */
export async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'latin1');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

/**
 * Waits until these processes have come to rest, so that what they do after their last reply (writing
 * to disk, for one) falls into nobody else's time.
 */
export async function atRest(...pids: readonly number[]): Promise<void> {
  await Promise.all(pids.map(oneAtRest));
}

async function oneAtRest(pid: number): Promise<void> {
  const end = performance.now() + REST_WITHIN_MS;
  let before = await cpuSeconds(pid);
  while (performance.now() < end) {
    await delay(WATCH_MS);
    const after = await cpuSeconds(pid);
    if (after - before < REST_SECONDS) return;
    before = after;
  }
  throw new Error(`process ${pid} does not come to rest`);
}
