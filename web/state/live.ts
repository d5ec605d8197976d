import { computed, effect, signal } from '@preact/signals';
import { ProblemError, type Herd, type HerdEvent, type Subscription } from 'proxy-herd/client';

import { ClientTable } from './client-table.ts';
import { wasAsked } from './herd.ts';
import { connection, noteUnauthorized } from './connection.ts';
import { pause } from './pause.ts';
import { isSignedOut, token } from './session.ts';

/** How the stream is doing. */
export type LiveState =
  /** The first try is on its way. */
  | { readonly kind: 'connecting' }
  /** What comes is news, from the server at this URL. */
  | { readonly kind: 'live'; readonly server: string }
  /** It broke, or did not open; more tries follow. */
  | { readonly kind: 'reconnecting'; readonly sinceMs: number }
  /** The herd refuses, and would again. */
  | { readonly kind: 'refused'; readonly reason: string };

/** What listens to the clients that have changed, at most once a frame. */
type ChangeListener = (clients: ReadonlySet<string>) => void;

/** How often the stream is looked at, in milliseconds. */
const LOOK_EVERY_MS = 250;
/** How long to wait after a try at all servers failed, in milliseconds. */
const TRY_AGAIN_MS = 1000;
/** Within which the first server has to answer before that counts as a break, in milliseconds. */
const OPENS_WITHIN_MS = 6000;

/** All clients that the herd has told of. Signals do not follow it: see `clientsVersion` and `onClients`. */
export const clients = new ClientTable();

/** Rises with each change of `clients`, at most once a frame. */
export const clientsVersion = signal(0);

/** How the stream is doing. */
export const liveState = signal<LiveState>({ kind: 'connecting' });

/** When the stream last said something of a client, in milliseconds since 1970; 0: not yet. */
export const lastEventMs = signal(0);

/** Whether all that there was has been received once. */
export const hasSnapshot = signal(false);

/** Whether what is shown is what is now. */
export const isLive = computed(() => liveState.value.kind === 'live');

const listeners = new Set<ChangeListener>();
let changed = new Set<string>();
let isScheduled = false;
/** Where the next stream goes on. */
let cursor: string | undefined;

/** Calls a listener with the clients that changed, at most once a frame. Returns what ends that. */
export function onClients(listener: ChangeListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function take(event: HerdEvent): void {
  const now = Date.now();
  for (const client of clients.take(event, now)) changed.add(client);
  if (event.type === 'location') lastEventMs.value = now;
  if (event.type === 'ready') hasSnapshot.value = true;
  if (changed.size > 0 || event.type === 'ready') schedule();
}

function schedule(): void {
  if (isScheduled) return;
  isScheduled = true;
  // A tab in the background gets no frames: its picture is brought up to date when it is seen again.
  requestAnimationFrame(() => {
    isScheduled = false;
    const told = changed;
    changed = new Set();
    clientsVersion.value++;
    for (const listener of listeners) listener(told);
  });
}

/** Follows the herd as long as the user may. */
export function startLive(): void {
  effect(() => {
    void token.value;
    cursor = undefined; // another user may see others
  });
  effect(() => {
    if (isSignedOut.value || !wasAsked.value) return;
    const closing = new AbortController();
    void follow(connection.value, closing.signal);
    return () => closing.abort('closed');
  });
}

async function follow(herd: Herd, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if (cursor === undefined) take({ type: 'reset' }); // what is shown stays until the snapshot is there
    const limits = { signal, deadlineMs: OPENS_WITHIN_MS };
    const subscription = herd.subscribe({}, { ...limits, cursor });
    const watch = setInterval(() => look(subscription), LOOK_EVERY_MS);
    try {
      for await (const event of subscription) {
        take(event);
        if (event.type === 'ready') look(subscription);
      }
    } catch (error) {
      if (signal.aborted || noteUnauthorized(error)) return;
      if (error instanceof ProblemError && error.status < 500) {
        liveState.value = { kind: 'refused', reason: error.message };
        return;
      }
      noteBreak();
    } finally {
      clearInterval(watch);
      cursor = subscription.cursor;
    }
    await pause(TRY_AGAIN_MS, signal);
  }
}

/** Notices whether the stream goes on. */
function look({ server }: Subscription): void {
  const state = liveState.peek();
  if (server === undefined) noteBreak();
  else if (hasSnapshot.peek() && (state.kind !== 'live' || state.server !== server)) {
    liveState.value = { kind: 'live', server };
  }
}

function noteBreak(): void {
  const { kind } = liveState.peek();
  if (kind === 'reconnecting' || (kind === 'connecting' && !hasSnapshot.peek())) return;
  liveState.value = { kind: 'reconnecting', sinceMs: Date.now() };
}
