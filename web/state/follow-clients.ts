import { computed, effect, signal } from '@preact/signals';
import { ProblemError, type Box, type Herd, type Subscription } from 'proxy-herd/client';

import { route } from '../route/router.ts';
import { boxAround, cellZoomOf, containsArea, containsPoint, WORLD, type MapArea } from './area.ts';
import { countClients } from './cells.ts';
import { connection, noteUnauthorized } from './connection.ts';
import { wasAsked } from './herd.ts';
import {
  clients,
  clientsVersion,
  coverage,
  hasSelected,
  hasSnapshot,
  liveState,
  noteBreak,
  noteLive,
  takeCounts,
  takeEvent,
} from './live.ts';
import { pause } from './pause.ts';
import { isSignedOut, token } from './session.ts';

/** So many clients, and no more, are followed one by one: each costs the page a kilobyte, and a moment at each report. */
const MOST_CLIENTS = 20_000;
/** Those that are followed may become so many before the page follows fewer: it does not change its mind at each. */
const TOO_MANY_CLIENTS = 25_000;
/** What is followed around what is seen of the map, as a part of it on each side. */
const MARGIN = 0.5;
/** A map that moves on within this is not asked for in between, in milliseconds. */
const SETTLES_WITHIN_MS = 150;
/** How old counts become, in milliseconds; where counting takes the herd long, so many times as long as that. */
const COUNTS_LAST_MS = 4000;
const COUNTS_LAST_TIMES = 10;
/** The same while nobody looks, and for the herd as a whole. */
const TOTAL_LASTS_MS = 60_000;
/** How often the stream is looked at, in milliseconds. */
const LOOK_EVERY_MS = 250;
/** How long to wait after a try at all servers failed, in milliseconds. */
const TRY_AGAIN_MS = 1000;
/** Within which the first server has to answer before that counts as a break, in milliseconds. */
const OPENS_WITHIN_MS = 6000;

/** What is seen of the map; `undefined` before it is there. */
const mapArea = signal<MapArea | undefined>(undefined);

/** The client that is followed wherever it is: the one that is selected. */
const pinned = computed(() => (route.value.view === 'map' ? route.value.item : undefined));

const isPartial = computed(() => coverage.value.kind !== 'all');

/** Where the next stream goes on, if it is one of the same box; of all, where there is none. */
let resume: { readonly box: Box | undefined; readonly cursor: string | undefined } | undefined;
/** How many there are that the user may see, and when that was counted. */
let herdTotal: { readonly clients: number; readonly atMs: number } | undefined;

/** Says what is seen of the map: as it was last, where something else is shown. */
export function setMapArea(area: MapArea): void {
  mapArea.value = area;
}

/** Follows the herd's clients as long as the user may: all, or where they are too many those in view. */
export function followClients(): void {
  effect(() => {
    void token.value;
    resume = undefined; // another user may see others
    herdTotal = undefined;
  });
  effect(() => {
    if (isSignedOut.value || !wasAsked.value) return;
    const closing = new AbortController();
    void follow(connection.value, closing.signal);
    return () => closing.abort('closed');
  });
  effect(() => {
    const client = pinned.value;
    hasSelected.value = !isPartial.value && hasSnapshot.value; // it is among all
    if (client === undefined || !isPartial.value || isSignedOut.value) return;
    const closing = new AbortController();
    clients.pinned = client;
    void followPinned(connection.value, client, closing.signal);
    return () => {
      closing.abort('closed');
      unpin(client);
    };
  });
}

async function follow(herd: Herd, closed: AbortSignal): Promise<void> {
  while (!closed.aborted) {
    try {
      await followWhatFits(herd, closed);
    } catch (error) {
      if (closed.aborted || noteUnauthorized(error)) return;
      if (isFinal(error)) {
        liveState.value = { kind: 'refused', reason: error.message };
        return;
      }
      noteBreak();
      await pause(TRY_AGAIN_MS, closed);
    }
  }
}

/** Follows as many as fit, until others do. @throws {HerdError} */
async function followWhatFits(herd: Herd, closed: AbortSignal): Promise<void> {
  const total = await countHerd(closed);
  if (total <= MOST_CLIENTS) {
    await followBox(herd, undefined, closed, () => false);
    herdTotal = undefined; // there are more, or the stream broke
    return;
  }
  const area = mapArea.peek();
  const box = area === undefined ? WORLD : boxAround(area, MARGIN);
  const zoom = cellZoomOf(box, area?.zoom ?? 2);
  const beganMs = performance.now();
  const counts = await countClients(box, zoom, closed);
  if (counts.total <= MOST_CLIENTS) {
    await followBox(herd, box, closed, () => !isIn(box, mapArea.value));
  } else {
    if (!hasSnapshot.peek()) await takePinned(herd, closed);
    takeCounts({ kind: 'counts', cells: counts.cells, total });
    resume = undefined; // it takes them away
    const takesMs = (performance.now() - beganMs) * COUNTS_LAST_TIMES;
    const lastMs = document.hidden ? TOTAL_LASTS_MS : Math.max(COUNTS_LAST_MS, takesMs);
    const isOver = (): boolean => !isIn(box, mapArea.value) || zoom !== zoomIn(box, mapArea.value);
    await waitUntil(isOver, lastMs, closed);
  }
  await pause(SETTLES_WITHIN_MS, closed);
}

function hasTooMany(): boolean {
  void clientsVersion.value;
  return clients.size > TOO_MANY_CLIENTS;
}

function isIn(box: Box, area: MapArea | undefined): boolean {
  return area === undefined ? box === WORLD : containsArea(box, area);
}

function zoomIn(box: Box, area: MapArea | undefined): number {
  return cellZoomOf(box, area?.zoom ?? 2);
}

/** How many clients the user may see, as of a minute ago at most. @throws {HerdError} */
async function countHerd(closed: AbortSignal): Promise<number> {
  if (herdTotal === undefined || performance.now() - herdTotal.atMs > TOTAL_LASTS_MS) {
    const { total } = await countClients(WORLD, 0, closed);
    herdTotal = { clients: total, atMs: performance.now() };
  }
  return herdTotal.clients;
}

/** Follows the clients in a box, or all, until that is over, or they are too many. @throws {HerdError} */
async function followBox(
  herd: Herd,
  box: Box | undefined,
  closed: AbortSignal,
  isOver: () => boolean,
): Promise<void> {
  const isSame = resume !== undefined && JSON.stringify(resume.box) === JSON.stringify(box);
  const cursor = isSame ? resume?.cursor : undefined;
  if (cursor === undefined) takeEvent({ type: 'reset' }); // what is shown stays until the snapshot is there
  // Until the snapshot is there, those of the box before are among the clients.
  const isWhole = signal(cursor !== undefined);
  const over = new AbortController();
  const ended = AbortSignal.any([closed, over.signal]);
  const subscription = herd.subscribe(
    { box },
    { signal: ended, deadlineMs: OPENS_WITHIN_MS, cursor },
  );
  const stopWaiting = effect(() => {
    if (isOver() || (isWhole.value && hasTooMany())) over.abort('over');
  });
  const watch = setInterval(() => look(subscription), LOOK_EVERY_MS);
  try {
    for await (const event of subscription) {
      if (event.type === 'ready') noteCoverage(box);
      takeEvent(event);
      if (event.type === 'reset') isWhole.value = false;
      if (event.type !== 'ready') continue;
      isWhole.value = true;
      look(subscription);
    }
  } catch (error) {
    if (!over.signal.aborted || closed.aborted) throw error;
  } finally {
    stopWaiting();
    clearInterval(watch);
    resume = { box, cursor: subscription.cursor };
  }
}

function noteCoverage(box: Box | undefined): void {
  coverage.value =
    box === undefined ? { kind: 'all' } : { kind: 'area', box, total: herdTotal?.clients ?? 0 };
}

/** Notices whether the stream goes on. */
function look({ server }: Subscription): void {
  if (server === undefined) noteBreak();
  else noteLive();
}

/** Asks where the selected client is, so that it is there when the page is. @throws {HerdError} */
async function takePinned(herd: Herd, signal: AbortSignal): Promise<void> {
  const client = pinned.peek();
  if (client === undefined) return;
  const location = await herd.locate(client, { signal });
  clients.pinned = client;
  if (location !== undefined) takeEvent({ type: 'location', location });
}

/** Follows one client wherever it is. What is wrong with the connection is said by who follows the others. */
async function followPinned(herd: Herd, client: string, closed: AbortSignal): Promise<void> {
  while (!closed.aborted) {
    try {
      for await (const event of herd.subscribe({ clients: [client] }, { signal: closed })) {
        if (event.type === 'location' || event.type === 'removed') takeEvent(event);
        if (event.type === 'ready') hasSelected.value = true;
      }
    } catch {
      await pause(TRY_AGAIN_MS, closed);
    }
  }
}

/** Takes a client away that nobody follows any more. */
function unpin(client: string): void {
  clients.pinned = undefined;
  const { location } = clients.get(client) ?? {};
  const now = coverage.peek();
  if (location === undefined || now.kind === 'all') return;
  if (now.kind === 'counts' || !containsPoint(now.box, location))
    takeEvent({ type: 'removed', client });
}

/** Whether an error would occur at any server. */
function isFinal(error: unknown): error is ProblemError {
  return error instanceof ProblemError && error.status < 500 && error.code !== 'too-many-requests';
}

/** Waits until something is over, but no longer than so many milliseconds. */
function waitUntil(isOver: () => boolean, ms: number, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const stop = effect(() => {
    if (isOver()) over.abort();
  });
  return pause(ms, AbortSignal.any([signal, over.signal])).finally(stop);
}
