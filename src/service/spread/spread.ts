import type { Elsewhere } from '../../replication/elsewhere.ts';
import type { LocationStore } from '../../store/store.ts';
import type { CellCounter, ClientCounter } from '../cells/cell-counter.ts';
import type { LiveElsewhere } from '../live/snapshots.ts';
import type { ClientFinder, Finder } from '../nearby-clients.ts';
import { SpreadCells } from './spread-cells.ts';
import { SpreadFinder } from './spread-finder.ts';

/** What it takes to ask who else holds clients, and to answer for those that this server holds. */
interface SpreadParts {
  readonly server: string;
  readonly store: LocationStore;
  readonly elsewhere: Elsewhere;
  /** What is found and counted here. */
  readonly finder: ClientFinder;
  readonly cells: CellCounter;
}

/** What is asked about all clients, where no server holds all. */
export interface Spread {
  readonly finder: Finder;
  readonly cells: ClientCounter;
  readonly live: LiveElsewhere;
}

/** Has other servers asked about what they hold, and this one answer them. */
export function spreadOver({ finder, cells, ...parts }: SpreadParts): Spread {
  const spread = {
    finder: new SpreadFinder({ ...parts, local: finder }),
    cells: new SpreadCells({ ...parts, local: cells }),
  };
  parts.elsewhere.answer(async (question) => {
    const { answer } = await import('./answer.ts'); // what checks questions is not needed before the first
    return answer(question, { ...spread, ...parts });
  });
  return { ...spread, live: liveElsewhere(parts.elsewhere, spread.finder) };
}

/** What live updates need of other servers. */
function liveElsewhere(elsewhere: Elsewhere, finder: SpreadFinder): LiveElsewhere {
  return {
    fetch: (client, isFresh) => elsewhere.fetch(client, isFresh),
    watch: (clients) => elsewhere.watch(clients),
    listen: (onBroken) => elsewhere.listen(onBroken),
    get storedUpTo() {
      return elsewhere.storedUpTo;
    },
    get evictedUpTo() {
      return elsewhere.evictedUpTo;
    },
    pages: (area) => finder.pages(area),
  };
}
