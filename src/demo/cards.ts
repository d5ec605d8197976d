import { isObject } from '../client/answers.ts';
import type { Kind } from './kinds.ts';

/** How many cards are on their way at once. */
const AT_ONCE = 8;
/** A server that does not answer for so long is passed over, in milliseconds. */
const ANSWERS_WITHIN_MS = 5_000;

/** What a client of a demo is called, and looks like. */
export interface DemoCard {
  readonly name: string;
  readonly icon: Kind['icon'];
}

/** Whose card is put. */
interface CardOwner {
  readonly id: string;
  readonly card: DemoCard;
}

/**
 * Puts the cards of clients in the herd, each at the first server that takes it. A client whose card none takes is shown by
 * its ID.
 *
 * @param gateways the URLs of the herd's gateways
 * @param signal ends it, once what is on its way has been answered: nothing is put after that
 */
export async function putCards(
  gateways: readonly string[],
  owners: readonly CardOwner[],
  signal: AbortSignal,
): Promise<void> {
  await eachAtOnce(owners, async ({ id, card }) => {
    for (const gateway of gateways) {
      if (signal.aborted || (await exchange('PUT', gateway, pathOf(id), card)) !== undefined)
        return;
    }
  });
}

/**
 * Removes the cards of clients from every server that has any. Those of removed clients go with them, but for one that was
 * not yet at the server where its client was removed.
 */
export async function removeCards(
  gateways: readonly string[],
  ids: ReadonlySet<string>,
): Promise<void> {
  for (const gateway of gateways) {
    const answer = await exchange('GET', gateway, '/v1/cards');
    const left = clientsIn(await answer?.json()).filter((client) => ids.has(client));
    await eachAtOnce(left, async (client) => {
      await exchange('DELETE', gateway, pathOf(client));
    });
  }
}

/** Whose cards a list has. */
function clientsIn(list: unknown): readonly string[] {
  if (!isObject(list) || !Array.isArray(list['cards'])) return [];
  return list['cards'].flatMap((card: unknown) => {
    return isObject(card) && typeof card['client'] === 'string' ? [card['client']] : [];
  });
}

/** Does something with each, some at once. */
async function eachAtOnce<T>(all: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
  const left = all.values();
  const work = async (): Promise<void> => {
    for (const one of left) await act(one);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** Asks a server; `undefined` where it does not answer, or says no. */
async function exchange(
  method: 'GET' | 'PUT' | 'DELETE',
  gateway: string,
  path: string,
  body?: DemoCard,
): Promise<Response | undefined> {
  try {
    const response = await fetch(`${gateway}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
      ...(body && { body: JSON.stringify(body) }),
    });
    if (response.ok) return response;
    await response.body?.cancel();
  } catch {
    // No connection, or no answer in time.
  }
  return undefined;
}

function pathOf(client: string): string {
  return `/v1/clients/${encodeURIComponent(client)}/card`;
}
