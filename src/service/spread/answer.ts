import { z } from 'zod';
import type { Elsewhere } from '../../replication/elsewhere.ts';
import type { LocationStore } from '../../store/store.ts';
import { cellsQuestionSchema, formatCells } from './cells-question.ts';
import { formatPart } from './part-text.ts';
import { partQuestionSchema } from './question.ts';
import type { SpreadCells } from './spread-cells.ts';
import type { SpreadFinder } from './spread-finder.ts';

const questionSchema = z.union([cellsQuestionSchema, partQuestionSchema]);

/** An answer is waited for at the other end alone, and given up there. */
const NEVER = new AbortController().signal;

/** What answers: of this server's own clients. */
interface Answering {
  readonly finder: Pick<SpreadFinder, 'take'>;
  readonly cells: Pick<SpreadCells, 'take'>;
  readonly elsewhere: Pick<Elsewhere, 'reach'>;
  readonly store: Pick<LocationStore, 'slotOf' | 'writeLine'>;
}

/** The answer to another server's question. @throws where that is none of this version */
export async function answer(
  text: string,
  { finder, cells, elsewhere, store }: Answering,
): Promise<string> {
  const { partitions: asked, ...question } = questionSchema.parse(JSON.parse(text));
  const partitions = new Set(asked);
  if ('box' in question) return formatCells(await cells.take(question, partitions, NEVER));
  const { places = [], ...rest } = question;
  await elsewhere.reach(new Map(places));
  return formatPart(await finder.take({ ...rest, partitions }), store);
}
