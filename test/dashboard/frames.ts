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

/** Begins to record how far apart a page's frames are. */
export async function recordFrames({ at }: DashboardPage): Promise<void> {
  await at.evaluate(RECORD);
}

/** How far apart the frames were since this was asked last, in milliseconds: of one at least. */
export function takeFrames({ at }: DashboardPage): Promise<number[]> {
  return at.evaluate<number[]>(TAKE);
}

/** What of a page's JavaScript is in memory after its garbage was collected, in bytes. */
export async function heapBytes({ at }: DashboardPage): Promise<number> {
  const session = await at.context().newCDPSession(at);
  try {
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    return usedSize;
  } finally {
    await session.detach();
  }
}
