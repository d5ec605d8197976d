import { computed, effect, signal } from '@preact/signals';

import { ApiError } from '../api/problem.ts';
import type { Herd } from '../api/types.ts';
import { api, gateways } from './api.ts';
import { formatDuration } from './format.ts';
import { changesBetween, summarize } from './herd-changes.ts';
import { isSignedOut } from './session.ts';
import { showToast } from './toasts.ts';

/** How often the herd is asked for, in milliseconds: as often as its servers say how they are. */
const SEEN_EVERY_MS = 2000;
/** The same while nobody looks. */
const HIDDEN_EVERY_MS = 15_000;

/** What is known of the herd. */
export type HerdState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'known'; readonly herd: Herd; readonly atMs: number }
  /** No answer: `herd` is how it was last. */
  | { readonly kind: 'stale'; readonly herd: Herd | undefined; readonly sinceMs: number }
  /** The token is not for the herd's servers; clients may still be seen. */
  | { readonly kind: 'forbidden' };

export const herdState = signal<HerdState>({ kind: 'loading' });

/** The herd as it was last; `undefined`: unknown. The server that answered is the first. */
export const herd = computed(() => {
  const state = herdState.value;
  return state.kind === 'known' || state.kind === 'stale' ? state.herd : undefined;
});

export const herdSummary = computed(() => herd.value && summarize(herd.value));

function take(next: Herd): void {
  const last = herd.peek();
  const now = Date.now();
  herdState.value = { kind: 'known', herd: next, atMs: now };
  const urls = next.servers.flatMap(({ state, gateway }) =>
    state === 'reachable' && typeof gateway === 'string' ? [gateway] : [],
  );
  gateways.learn(urls);
  if (last === undefined) return;
  for (const { server, isReachable, lastHeardMs } of changesBetween(last, next)) {
    const ago = lastHeardMs === undefined ? '' : formatDuration((now - lastHeardMs) / 1000);
    if (isReachable) showToast(`${server} is back${ago && ` after ${ago}`}`, 'good');
    else showToast(`${server} cannot be reached${ago && `, last heard ${ago} ago`}`, 'bad');
  }
}

function fail(error: unknown): void {
  if (error instanceof ApiError && error.status === 403) {
    herdState.value = { kind: 'forbidden' };
    return;
  }
  const state = herdState.peek();
  if (state.kind === 'stale') return;
  herdState.value = { kind: 'stale', herd: herd.peek(), sinceMs: Date.now() };
}

/** Asks for the herd again and again, as long as the user may. */
export function startHerd(): void {
  effect(() => {
    if (isSignedOut.value) return;
    const closing = new AbortController();
    void follow(closing.signal);
    return () => closing.abort('closed');
  });
}

async function follow(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      take(await api.ask<Herd>('/v1/herd', { signal }));
    } catch (error) {
      if (signal.aborted) return;
      fail(error);
    }
    if (herdState.peek().kind === 'forbidden') return;
    await pause(document.hidden ? HIDDEN_EVERY_MS : SEEN_EVERY_MS, signal);
  }
}

/** Waits, but not longer than until somebody looks. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    document.addEventListener('visibilitychange', done);
    signal.addEventListener('abort', done);
  });
}
