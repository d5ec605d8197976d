import { signal } from '@preact/signals';

import { pause } from '../../state/pause.ts';
import { herd } from '../../state/herd.ts';
import { requestAt } from '../../state/request.ts';
import { hasList } from '../../state/shape.ts';
import type { DetailsTable, ServerDetails } from './details.ts';

/** How often servers are asked, in milliseconds. */
const ASK_EVERY_MS = 2000;
/** The same while nobody looks. */
const HIDDEN_EVERY_MS = 15_000;
/** Of more servers than this only the selected one is asked. */
const MAX_ASKED = 16;

/** What the servers said of themselves, as long as the view is shown. */
export const details = signal<DetailsTable>(new Map());

/** Rises each time that all have been asked. */
export const rounds = signal(0);

/** Asks the servers again and again, until what is returned is called. */
export function followDetails(selected: () => string | undefined): () => void {
  const closing = new AbortController();
  void follow(selected, closing.signal);
  return () => closing.abort('closed');
}

async function follow(selected: () => string | undefined, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const asked = gateways(selected());
    await Promise.all(asked.map(({ server, gateway }) => ask(server, gateway, signal)));
    if (signal.aborted) return;
    keepOnly(asked.map(({ server }) => server));
    rounds.value += 1;
    await pause(document.hidden ? HIDDEN_EVERY_MS : ASK_EVERY_MS, signal);
  }
}

function isDetails(value: unknown): value is ServerDetails {
  return hasList(value, 'vector') && hasList(value, 'links') && hasList(value, 'arrivals');
}

/** Who is asked, and where. */
function gateways(selected: string | undefined): { server: string; gateway: string }[] {
  const all = (herd.peek()?.servers ?? []).flatMap((each) => {
    if (each.lastHeardAt === null || each.gateway === null) return [];
    return each.state === 'reachable' ? [{ server: each.server, gateway: each.gateway }] : [];
  });
  return all.length <= MAX_ASKED ? all : all.filter(({ server }) => server === selected);
}

async function ask(server: string, gateway: string, signal: AbortSignal): Promise<void> {
  try {
    const answer = await requestAt(gateway, '/v1/server', isDetails, signal);
    if (answer?.server !== server) return;
    const before = details.peek().get(server)?.now;
    const now = { atMs: performance.now(), details: answer };
    details.value = new Map(details.peek()).set(server, { now, before });
  } catch {
    // What it does not say is not shown; that it cannot be reached is said elsewhere.
  }
}

/** Forgets servers that are no longer asked. */
function keepOnly(servers: readonly string[]): void {
  const kept = [...details.peek()].filter(([server]) => servers.includes(server));
  if (kept.length < details.peek().size) details.value = new Map(kept);
}
