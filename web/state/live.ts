import { computed, signal } from '@preact/signals';
import type { Box, HerdEvent } from 'proxy-herd/client';

import type { Cell } from './cells.ts';
import { ClientTable } from './client-table.ts';

/** How the page's connection is doing. */
export type LiveState =
  /** The first try is on its way. */
  | { readonly kind: 'connecting' }
  /** What is shown is what is now. */
  | { readonly kind: 'live' }
  /** It broke, or did not open; more tries follow. */
  | { readonly kind: 'reconnecting'; readonly sinceMs: number }
  /** The herd refuses, and would again. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Which clients the page has. Where they are not all, the selected one is among them all the same. */
export type Coverage =
  | { readonly kind: 'all' }
  /** Those in a part of the map; `total` are in the herd. */
  | { readonly kind: 'area'; readonly box: Box; readonly total: number }
  /** None, for too many are in view: how many are where is known instead. */
  | { readonly kind: 'counts'; readonly cells: readonly Cell[]; readonly total: number };

/** What listens to the clients that have changed, at most once a frame. */
type ChangeListener = (clients: ReadonlySet<string>) => void;

/** The clients that the herd has told of: see `coverage`. Signals do not follow it: see `clientsVersion` and `onClients`. */
export const clients = new ClientTable();

/** Rises with each change of `clients`, at most once a frame. */
export const clientsVersion = signal(0);

/** Which clients are in `clients`. */
export const coverage = signal<Coverage>({ kind: 'all' });

/** How the connection is doing. */
export const liveState = signal<LiveState>({ kind: 'connecting' });

/** When the herd last said something of a client, in milliseconds since 1970; 0: not yet. */
export const lastEventMs = signal(0);

/** Whether all that there was has been received once. */
export const hasSnapshot = signal(false);

/** Whether the herd has said where the selected client is, if it knows that. */
export const hasSelected = signal(false);

/** Whether what is shown is what is now. */
export const isLive = computed(() => liveState.value.kind === 'live');

const listeners = new Set<ChangeListener>();
let changed = new Set<string>();
let isScheduled = false;

/** Calls a listener with the clients that changed, at most once a frame. Returns what ends that. */
export function onClients(listener: ChangeListener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Takes in what the herd says. */
export function takeEvent(event: HerdEvent): void {
  const now = Date.now();
  for (const client of clients.take(event, now)) changed.add(client);
  if (event.type === 'location') lastEventMs.value = now;
  if (event.type === 'ready') hasSnapshot.value = true;
  if (changed.size > 0 || event.type === 'ready') schedule();
}

/** Shows counts per cell, and no clients except pinned ones. */
export function takeCounts(counts: Coverage & { readonly kind: 'counts' }): void {
  coverage.value = counts;
  lastEventMs.value = Date.now();
  liveState.value = { kind: 'live' };
  takeEvent({ type: 'reset' });
  takeEvent({ type: 'ready' });
}

/** Notes that the connection is as good as it was. */
export function noteLive(): void {
  if (hasSnapshot.peek() && !isLive.peek()) liveState.value = { kind: 'live' };
}

/** Notes that nothing comes any more. */
export function noteBreak(): void {
  const { kind } = liveState.peek();
  if (kind === 'reconnecting' || (kind === 'connecting' && !hasSnapshot.peek())) return;
  liveState.value = { kind: 'reconnecting', sinceMs: Date.now() };
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
