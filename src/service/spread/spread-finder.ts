import type { Elsewhere, Places } from '../../replication/elsewhere.ts';
import type { Location } from '../../store/location.ts';
import type {
  ClientBox,
  ClientCursor,
  ClientFinder,
  ClientQuestion,
  Finder,
  NearbyClients,
  SpreadCursor,
} from '../nearby-clients.ts';
import { askHolders } from './ask-holders.ts';
import { joinParts, takePart, type Area, type NearbyClientsPage, type Part } from './part.ts';

/** How often a query continues if no result matches, before the caller has to continue it. */
const MAX_ROUNDS = 8;

/** How many clients are asked for at once of each holder where all are wanted: the most that a question may. */
const CLIENTS_A_PAGE = 1000;

/** What a spread finder is made of. */
interface SpreadParts {
  readonly server: string;
  readonly local: ClientFinder;
  readonly elsewhere: Elsewhere;
}

/**
 * Who is near, where no server holds all clients: each of those who hold a part of them is asked, all at once, and what they
 * say is joined.
 */
export class SpreadFinder implements Finder {
  readonly #parts: SpreadParts;

  constructor(parts: SpreadParts) {
    this.#parts = parts;
  }

  nearest(
    latitudeE7: number,
    longitudeE7: number,
    { radiusMetres, ...question }: ClientQuestion & { readonly radiusMetres?: number | undefined },
  ): Promise<NearbyClients> {
    return this.#find({ kind: 'near', latitudeE7, longitudeE7, radiusMetres }, question);
  }

  inBox(edges: ClientBox, question: ClientQuestion): Promise<NearbyClients> {
    return this.#find({ kind: 'box', ...edges }, question);
  }

  async #find(area: Area, { limit, after, isWanted }: ClientQuestion): Promise<NearbyClients> {
    let cursor = spreadCursor(after);
    for (let round = 1; ; round++) {
      const page = await this.#page(area, limit, cursor);
      const wanted = page.clients.filter(({ location }) => isWanted?.(location) !== false);
      const isLast = page.next === undefined || round === MAX_ROUNDS;
      if (wanted.length > 0 || isLast) return { clients: wanted, next: page.next };
      cursor = page.next;
    }
  }

  /**
   * All who are in an area, page by page, as of now at least: nothing is missing of what this server knew when it asked for a page.
   *
   * @throws where there is a partition that nobody answers for
   */
  async *pages(area: Area): AsyncGenerator<readonly Location[], void, undefined> {
    let after: SpreadCursor | undefined;
    do {
      const { places } = this.#parts.elsewhere;
      const question = { area, limit: CLIENTS_A_PAGE, after, places };
      const page = joinParts(await this.#askAll(question), Infinity);
      yield page.clients.map(({ location }) => location);
      after = page.next;
    } while (after !== undefined);
  }

  async #page(
    area: Area,
    limit: number,
    after: SpreadCursor | undefined,
  ): Promise<NearbyClientsPage> {
    return joinParts(await this.#askAll({ area, limit, after }), limit);
  }

  #askAll(question: Question): Promise<Part[]> {
    const { elsewhere, server } = this.#parts;
    return askHolders(elsewhere, server, {
      take: (partitions) => this.take({ ...question, partitions }),
      ask: (holder, partitions) => this.#ask(holder, partitions, question),
    });
  }

  /** This server's own part. */
  take({
    partitions,
    area,
    limit,
    after,
  }: Omit<Question, 'places'> & { readonly partitions: ReadonlySet<number> }): Promise<Part> {
    const { local, elsewhere } = this.#parts;
    const isWanted = ({ client }: { readonly client: string }): boolean =>
      partitions.has(elsewhere.partitionOf(Buffer.from(client, 'latin1')));
    return takePart(local, area, { limit, after, isWanted });
  }

  async #ask(
    holder: string,
    partitions: ReadonlySet<number>,
    { places, ...rest }: Question,
  ): Promise<Part> {
    const { formatQuestion, parsePart } = await loadText();
    const question = formatQuestion({
      ...rest,
      partitions: [...partitions],
      places: places && [...places].filter(([partition]) => partitions.has(partition)),
    });
    return parsePart(await this.#parts.elsewhere.ask(holder, question));
  }
}

interface Question {
  readonly area: Area;
  readonly limit: number;
  readonly after?: SpreadCursor | undefined;
  /** Up to where others have to have read; `undefined`: it does not matter. */
  readonly places?: Places | undefined;
}

/** How servers ask each other: what checks questions is not needed before the first. */
async function loadText() {
  const [question, part] = await Promise.all([import('./question.ts'), import('./part-text.ts')]);
  return { ...question, ...part };
}

/** Where an answer goes on. A cursor of a herd whose servers have all clients begins at its distance. */
function spreadCursor(cursor: ClientCursor | undefined): SpreadCursor | undefined {
  return cursor !== undefined && 'metres' in cursor ? cursor : undefined;
}
