import { z } from 'zod';
import { parsePattern } from '../../access/client-pattern.ts';
import { MAX_CELLS, type Cell, type CellQuestion } from '../cells/cell-count.ts';
import { MercatorGrid } from '../cells/mercator-grid.ts';
import { edgesShape, partitionsSchema } from './question.ts';

/** A question that one server asks another: how many clients of some partitions are in which cells. */
export interface CellsQuestion extends CellQuestion {
  readonly partitions: readonly number[];
}

const patternSchema = z.string().transform((text, context) => {
  const pattern = parsePattern(text);
  if (pattern !== undefined) return pattern;
  context.addIssue({ code: 'custom', message: 'expected a pattern of clients' });
  return z.NEVER;
});

const cellsQuestionShape = z.object({
  kind: z.literal('cells'),
  partitions: partitionsSchema,
  box: z.object(edgesShape),
  zoom: z.int().min(0).max(30),
  wanted: z
    .object({
      covered: z.array(z.array(patternSchema)),
      since: z.object({ seconds: z.number().min(0), nanoseconds: z.int().min(0) }).optional(),
    })
    .optional(),
});

/** How many clients are in which cells. */
export const cellsQuestionSchema = cellsQuestionShape
  .transform(({ wanted, ...rest }) => {
    return { ...rest, wanted: wanted && { since: undefined, ...wanted } };
  })
  .refine(({ box, zoom }) => new MercatorGrid(box, zoom).size <= MAX_CELLS);

/** Each cell's column and row, its count, and the mean latitude and longitude. */
const cellsSchema = z.array(
  z.tuple([z.int().min(0), z.int().min(0), z.int().min(1), z.number(), z.number()]),
);

/** A question as text. */
export function formatCellsQuestion({ partitions, box, zoom, wanted }: CellsQuestion): string {
  const { covered = [], since } = wanted ?? {};
  const texts = covered.map((patterns) => patterns.map(({ text }) => text));
  return JSON.stringify({
    kind: 'cells',
    partitions,
    box,
    zoom,
    wanted: wanted && { covered: texts, since },
  });
}

/** What was counted as text. */
export function formatCells(cells: readonly Cell[]): string {
  return JSON.stringify(
    cells.map(({ tile: { x, y }, count, latitude, longitude }) => {
      return [x, y, count, latitude, longitude];
    }),
  );
}

/** Reads what was counted. @throws where it is none */
export function parseCells(text: string): Cell[] {
  const cells = cellsSchema.parse(JSON.parse(text));
  return cells.map(([x, y, count, latitude, longitude]) => {
    return { tile: { x, y }, count, latitude, longitude };
  });
}
