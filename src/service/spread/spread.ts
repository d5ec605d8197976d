import type { Elsewhere } from '../../replication/elsewhere.ts';
import type { LocationStore } from '../../store/store.ts';
import type { CellCounter, ClientCounter } from '../cells/cell-counter.ts';
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

/** Questions about all clients, where no server holds all: other servers are asked, and answered. */
export function spreadOver({ finder, cells, ...parts }: SpreadParts): {
  readonly finder: Finder;
  readonly cells: ClientCounter;
} {
  const spread = {
    finder: new SpreadFinder({ ...parts, local: finder }),
    cells: new SpreadCells({ ...parts, local: cells }),
  };
  parts.elsewhere.answer(async (question) => {
    const { answer } = await import('./answer.ts'); // what checks questions is not needed before the first
    return answer(question, { ...spread, store: parts.store });
  });
  return spread;
}
