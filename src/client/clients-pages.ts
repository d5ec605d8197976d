import type { ClientsPage } from './answers.ts';
import { isPassing } from './exchange.ts';
import type { Location } from './location.ts';

/** The most clients of a page: about 150 kB of it. */
const PAGE_CLIENTS = 500;

/** A page, and the server that it is of: its cursor means something there alone. */
interface ServedPage<L extends Location> {
  readonly page: ClientsPage<L>;
  readonly server: string;
}

/** How pages are asked for. */
export interface PageCalls<L extends Location> {
  /** The first page, of any server. */
  readonly first: (limit: number) => Promise<ServedPage<L>>;
  /** The page at a cursor, of the server that gave it. */
  readonly next: (server: string, cursor: string, limit: number) => Promise<ServedPage<L>>;
}

/**
 * The clients of all pages, each once. Where a server is lost, the list begins again at another one, without those that
 * were given already.
 *
 * @param most no more clients than this
 */
export async function* clientsOfPages<L extends Location>(
  calls: PageCalls<L>,
  most: number,
): AsyncGenerator<L, undefined> {
  const given = new Set<string>();
  let last: ServedPage<L> | undefined;
  let wasLost = false;
  while (given.size < most) {
    const limit = Math.min(PAGE_CLIENTS, most);
    try {
      const cursor = last?.page.next;
      last =
        last === undefined || cursor === undefined
          ? await calls.first(limit)
          : await calls.next(last.server, cursor, limit);
    } catch (error) {
      // That a list begins again makes sense as long as it gets somewhere.
      if (last === undefined || wasLost || !isPassing(error)) throw error;
      last = undefined;
      wasLost = true;
      continue;
    }
    for (const location of last.page.clients) {
      if (given.has(location.client)) continue;
      given.add(location.client);
      wasLost = false;
      yield location;
      if (given.size >= most) return;
    }
    if (last.page.next === undefined) return;
  }
}
