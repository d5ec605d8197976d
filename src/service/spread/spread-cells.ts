import type { Elsewhere } from '../../replication/elsewhere.ts';
import type { Cell, CellQuestion } from '../cells/cell-count.ts';
import type { CellCounter, ClientCounter } from '../cells/cell-counter.ts';
import { askHolders } from './ask-holders.ts';
import { joinCells } from './join-cells.ts';

/** What a spread count is made of. */
interface SpreadParts {
  readonly server: string;
  readonly local: Pick<CellCounter, 'count'>;
  readonly elsewhere: Elsewhere;
}

/** How many clients are where, where no server holds all: those who hold a part of them count it, and that is added up. */
export class SpreadCells implements ClientCounter {
  readonly #parts: SpreadParts;

  constructor(parts: SpreadParts) {
    this.#parts = parts;
  }

  /** @throws where there is a partition that nobody answers for */
  async count(question: CellQuestion, signal: AbortSignal): Promise<readonly Cell[]> {
    const { server, elsewhere } = this.#parts;
    const counted = await askHolders(elsewhere, server, {
      take: (partitions) => this.take(question, partitions, signal),
      ask: async (holder, partitions) => {
        const { formatCellsQuestion, parseCells } = await loadText();
        const text = formatCellsQuestion({ ...question, partitions: [...partitions] });
        return parseCells(await elsewhere.ask(holder, text));
      },
    });
    return joinCells(counted);
  }

  /** Counts those of some partitions that this server holds. */
  take(
    question: CellQuestion,
    partitions: ReadonlySet<number>,
    signal: AbortSignal,
  ): Promise<readonly Cell[]> {
    const { local, elsewhere } = this.#parts;
    return local.count(question, signal, (client) => partitions.has(elsewhere.partitionOf(client)));
  }
}

/** What checks questions is not needed before the first. */
const loadText = () => import('./cells-question.ts');
