import { computed, effect, signal } from '@preact/signals';

import { LiveStream, type LiveState } from '../api/live.ts';
import type { LiveEvent } from '../api/types.ts';
import { api, gateways } from './api.ts';
import { ClientTable } from './client-table.ts';
import { isSignedOut } from './session.ts';

/** What listens to the clients that have changed, at most once a frame. */
type ChangeListener = (clients: ReadonlySet<string>) => void;

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

/** Whether what is shown is what is now. A break of a moment is none. */
export const isLive = computed(() => liveState.value.kind === 'live');

const listeners = new Set<ChangeListener>();
let changed = new Set<string>();
let isScheduled = false;

/** Calls a listener with the clients that changed, at most once a frame. Returns what ends that. */
export function onClients(listener: ChangeListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function take(event: LiveEvent): void {
  const now = Date.now();
  for (const client of clients.take(event, now)) changed.add(client);
  if (event.event === 'location') lastEventMs.value = now;
  if (event.event === 'ready') hasSnapshot.value = true;
  if (changed.size > 0 || event.event === 'ready') schedule();
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
    if (isSignedOut.value) return;
    const stream = new LiveStream({
      api,
      gateways,
      query: new URLSearchParams(),
      onEvent: take,
      onState: (state) => {
        liveState.value = state;
      },
    });
    return () => stream.close();
  });
}
