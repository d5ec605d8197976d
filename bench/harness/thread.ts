/* oxlint-disable unicorn/require-post-message-target-origin -- of windows; threads have no origin */
import { once } from 'node:events';
import { Worker, parentPort } from 'node:worker_threads';
import type { Scope } from './scope.ts';

/** Says that a thread's work has begun, and is to end. */
const BEGUN = 'begun';
const STOP = 'stop';

/** A thread that works beside the benchmark until it is asked to stop. */
export interface Thread {
  /** Has it stop, and returns what it has to tell. Throws what went wrong in it. */
  stop(): Promise<unknown>;
}

/**
 * Runs a module in a thread of its own, with an event loop that takes no time from the benchmark's; its
 * `workerData` is `data`. It is ended with the scope.
 *
 * @returns when its work has begun
 */
export async function startThread(scope: Scope, module: URL, data: unknown): Promise<Thread> {
  const worker = new Worker(module, { workerData: data });
  await scope.defer(async () => void (await worker.terminate()));
  await once(worker, 'message'); // BEGUN
  const posted = once(worker, 'message');
  posted.catch(() => undefined); // thrown by `stop`
  return {
    async stop() {
      worker.postMessage(STOP);
      const [result] = (await posted) as [unknown];
      return result;
    },
  };
}

/** In a thread: says that the work has begun. Resolves when it is to stop. */
export async function untilStop(): Promise<void> {
  if (parentPort === null) throw new Error('this module runs in a thread');
  parentPort.postMessage(BEGUN);
  await once(parentPort, 'message');
}

/** In a thread: posts the result of its work, and ends. */
export function postResult(result: unknown): void {
  parentPort?.postMessage(result);
}
