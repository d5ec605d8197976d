import { metresOf } from '../../store/spatial-index-origin.ts';
import type {
  ClientBox,
  ClientCursor,
  ClientFinder,
  ClientQuestion,
  NearbyClient,
  NearbyClients,
  SpreadCursor,
} from '../nearby-clients.ts';

/** So many clients at one point, and the question is given up: they would all have to be in one answer. */
const MAX_AT_ONE_POINT = 100_000;

/** The query: the clients nearest to a point, or in a box. */
export type Area =
  | {
      readonly kind: 'near';
      readonly latitudeE7: number;
      readonly longitudeE7: number;
      readonly radiusMetres?: number | undefined;
    }
  | ({ readonly kind: 'box' } & ClientBox);

/** One server's part of an answer. */
export interface Part {
  /** By the distance, then by the ID. */
  readonly clients: readonly NearbyClient[];
  /** The list is complete up to this distance in metres; `undefined`: complete. */
  readonly through: number | undefined;
}

/** Asks a finder about an area. */
export function findIn(
  finder: Pick<ClientFinder, 'nearest' | 'inBox'>,
  area: Area,
  question: ClientQuestion,
): Promise<NearbyClients> {
  if (area.kind === 'box') return finder.inBox(area, question);
  const { latitudeE7, longitudeE7, radiusMetres } = area;
  return finder.nearest(latitudeE7, longitudeE7, { ...question, radiusMetres });
}

/**
 * What this server has of an answer: at least as many clients as are wanted, if there are so many and they can be looked at in one
 * go. A cursor of its own would mean nothing to others, whose slots are other ones: so those at one distance are in one part.
 */
export async function takePart(
  finder: Pick<ClientFinder, 'nearest' | 'inBox'>,
  area: Area,
  question: ClientQuestion & { readonly after?: SpreadCursor | undefined },
): Promise<Part> {
  const { after, limit } = question;
  const clients: NearbyClient[] = [];
  for (let cursor: ClientCursor | undefined = after; ;) {
    // One more: the last one gives the distance up to which the others are complete.
    const answer = await findIn(finder, area, { ...question, limit: limit + 1, after: cursor });
    for (const client of answer.clients) if (isAfter(client, after)) clients.push(client);
    const { next } = answer;
    if (next === undefined) return { clients: clients.toSorted(compare), through: undefined };
    const through = 'slot' in next ? metresOf(next.haversine) : next.metres;
    // Those at its very distance may not all have been found yet.
    if (through > (after?.metres ?? 0)) {
      const complete = clients.filter(({ distanceMetres }) => distanceMetres < through);
      return { clients: complete.toSorted(compare), through };
    }
    if (clients.length > MAX_AT_ONE_POINT) {
      throw new RangeError(`more than ${MAX_AT_ONE_POINT} clients are at one point`);
    }
    cursor = next;
  }
}

/** Whether a client comes after a cursor. */
function isAfter(client: NearbyClient, cursor: SpreadCursor | undefined): boolean {
  if (cursor === undefined) return true;
  const { distanceMetres, location } = client;
  if (distanceMetres !== cursor.metres) return distanceMetres > cursor.metres;
  return location.client > cursor.client;
}

/** The order of an answer. */
function compare(a: NearbyClient, b: NearbyClient): number {
  if (a.distanceMetres !== b.distanceMetres) return a.distanceMetres - b.distanceMetres;
  return a.location.client < b.location.client ? -1 : 1;
}

/** Joins parts: the first of all of them, as many as are wanted, and where the next question goes on. */
export function joinParts(parts: readonly Part[], limit: number): NearbyClientsPage {
  const through = Math.min(...parts.map((part) => part.through ?? Infinity));
  const all = parts
    .flatMap(({ clients }) => clients)
    .filter(({ distanceMetres }) => distanceMetres < through)
    .toSorted(compare);
  const clients = all.slice(0, limit);
  const last = clients.at(-1);
  if (last !== undefined && all.length > limit) {
    return { clients, next: { metres: last.distanceMetres, client: last.location.client } };
  }
  return { clients, next: through === Infinity ? undefined : { metres: through, client: '' } };
}

/** An answer of several servers. */
export interface NearbyClientsPage extends NearbyClients {
  readonly next: SpreadCursor | undefined;
}
