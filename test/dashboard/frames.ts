import type { DashboardPage } from './browser.ts';

/* What a page takes of its browser. */

/** Texts, since these run in the page. */
const RECORD = `(() => {
  const frames = [];
  let last = performance.now();
  const next = () => {
    const now = performance.now();
    frames.push(now - last);
    last = now;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
  globalThis.recordedFrames = frames;
})()`;
const TAKE = `new Promise((resolve) => {
  requestAnimationFrame(() => resolve(globalThis.recordedFrames.splice(0)));
})`;

const OF_SCRIPTS: ReadonlySet<string> = new Set([
  'ScriptDuration',
  'LayoutDuration',
  'RecalcStyleDuration',
]);

/** Begins to record how far apart a page's frames are. */
export async function recordFrames({ at }: DashboardPage): Promise<void> {
  await at.evaluate(RECORD);
}

/** How far apart the frames were since this was asked last, in milliseconds: of one at least. */
export function takeFrames({ at }: DashboardPage): Promise<number[]> {
  return at.evaluate<number[]>(TAKE);
}

/** What of a page's JavaScript is in memory after its garbage was collected, typed arrays as well, in bytes. */
export async function heapBytes({ at }: DashboardPage): Promise<number> {
  const session = await at.context().newCDPSession(at);
  try {
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize, backingStorageSize } = await session.send('Runtime.getHeapUsage');
    return usedSize + backingStorageSize; // objects, and what is in typed arrays
  } finally {
    await session.detach();
  }
}

/** From now on, how long a page has run scripts, styled and laid out, in milliseconds: drawing is not in it. */
export async function scriptClock({ at }: DashboardPage): Promise<() => Promise<number>> {
  const session = await at.context().newCDPSession(at);
  await session.send('Performance.enable');
  const read = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    const its = metrics.filter(({ name }) => OF_SCRIPTS.has(name));
    return its.reduce((sum, { value }) => sum + value, 0) * 1000;
  };
  const beforeMs = await read();
  return async () => (await read()) - beforeMs;
}
