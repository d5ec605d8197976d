import { computed, effect, signal } from '@preact/signals';
import type { Herd, HerdStatus } from 'proxy-herd/client';

import { connection, isForbidden, learnServers, noteUnauthorized } from './connection.ts';
import { formatDuration } from './format.ts';
import { changesBetween, summarize } from './herd-changes.ts';
import { logAfter, type LogEntry } from './herd-log.ts';
import { pause } from './pause.ts';
import { isSignedOut } from './session.ts';
import { showToast } from './toasts.ts';

/** How often the herd is asked for, in milliseconds: as often as its servers say how they are. */
const SEEN_EVERY_MS = 2000;
/** The same while nobody looks. */
const HIDDEN_EVERY_MS = 15_000;
/** No answer for so long, from no server, is worth a word: in milliseconds. */
const ANSWERS_WITHIN_MS = 6000;

/** What is known of the herd. */
export type HerdState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'known'; readonly herd: HerdStatus; readonly atMs: number }
  /** No answer: `herd` is how it was last. */
  | { readonly kind: 'stale'; readonly herd: HerdStatus | undefined; readonly sinceMs: number }
  /** The token is not for the herd's servers; clients may still be seen. */
  | { readonly kind: 'forbidden' };

export const herdState = signal<HerdState>({ kind: 'loading' });

/** The herd as it was last; `undefined`: unknown. The server that answered is the first. */
export const herd = computed(() => {
  const state = herdState.value;
  return state.kind === 'known' || state.kind === 'stale' ? state.herd : undefined;
});

/** Whether the herd was asked for its servers: what follows it then knows where to go on. */
export const wasAsked = computed(() => herdState.value.kind !== 'loading');

export const herdSummary = computed(() => herd.value && summarize(herd.value));

/** What became of servers and links, the newest first. */
export const herdLog = signal<readonly LogEntry[]>([]);

function take(next: HerdStatus): void {
  const last = herd.peek();
  const now = Date.now();
  const urls = next.servers.flatMap((server) =>
    server.lastHeardAt !== null && server.gateway !== null ? [server.gateway] : [],
  );
  learnServers(urls);
  herdState.value = { kind: 'known', herd: next, atMs: now };
  herdLog.value = logAfter(herdLog.peek(), last, next, now);
  if (last === undefined) return;
  for (const { server, isReachable, lastHeardMs } of changesBetween(last, next)) {
    const ago = lastHeardMs === undefined ? '' : formatDuration((now - lastHeardMs) / 1000);
    if (isReachable) showToast(`${server} is back${ago && ` after ${ago}`}`, 'good');
    else showToast(`${server} cannot be reached${ago && `, last heard ${ago} ago`}`, 'bad');
  }
}

function fail(error: unknown): void {
  if (isForbidden(error)) {
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
    void follow(connection.value, closing.signal);
    return () => closing.abort('closed');
  });
}

async function follow(connected: Herd, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      take(await connected.status({ signal, deadlineMs: ANSWERS_WITHIN_MS }));
    } catch (error) {
      if (signal.aborted || noteUnauthorized(error)) return;
      fail(error);
    }
    if (herdState.peek().kind === 'forbidden') return;
    await pause(document.hidden ? HIDDEN_EVERY_MS : SEEN_EVERY_MS, signal);
  }
}
