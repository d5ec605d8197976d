import { z } from 'zod';

/*
 * The first frame of each file of a journal: whose it is and which changes it holds. And the line of
 * a log in which the neighbours' positions are noted. Both are a word and JSON.
 */

/** The layout of all files; a journal of another one is refused. 1 and 2 were kept in LevelDB. */
const FORMAT = 3;

const FILE = 'FILE ';
const STATE = 'STATE ';

const positionSchema = z.object({ epoch: z.string(), number: z.int().nonnegative() });
const formatSchema = z.object({ format: z.number() });
const readSchema = z.record(z.string(), positionSchema).readonly();
const ownerSchema = z.object({
  herd: z.string(),
  server: z.string(),
  /** The epoch of the change feed that was written. */
  epoch: z.string(),
  /** A log: the changes in it come after this number. A snapshot: it holds those up to this number. */
  head: z.int().nonnegative(),
});
const headerSchema = z.discriminatedUnion('kind', [
  ownerSchema.extend({ kind: z.literal('log') }),
  ownerSchema.extend({
    kind: z.literal('snapshot'),
    /** The epochs before, each with the last of its changes that was kept. */
    past: z.array(positionSchema).readonly(),
    /** How far the neighbours' feeds had been read. */
    read: readSchema,
  }),
]);

export type FileHeader = z.infer<typeof headerSchema>;
export type SnapshotHeader = Extract<FileHeader, { kind: 'snapshot' }>;
/** How far each neighbour's change feed has been read, by the neighbour's name. */
export type ReadPositions = z.infer<typeof readSchema>;

export function formatHeader(header: FileHeader): string {
  return FILE + JSON.stringify({ format: FORMAT, ...header });
}

/**
 * Reads a header from a frame's payload.
 *
 * @param kind of which kind of file it has to be
 * @returns `undefined` where it is none; in words why it cannot be used, where it cannot
 */
export function parseHeader(
  payload: string,
  kind: FileHeader['kind'],
): FileHeader | string | undefined {
  if (!payload.startsWith(FILE)) return undefined;
  const value: unknown = JSON.parse(payload.slice(FILE.length));
  const format = formatSchema.safeParse(value).data?.format;
  if (format !== FORMAT) {
    return `its format is ${format}, and this version reads ${FORMAT} alone: start without it`;
  }
  const { success, data, error } = headerSchema.safeParse(value);
  if (!success) return z.prettifyError(error);
  return data.kind === kind ? data : `it is a ${data.kind}`;
}

/** The line, without its end, that notes how far the neighbours have been read. */
export function formatReadPositions(read: ReadPositions): string {
  return STATE + JSON.stringify({ read });
}

const stateSchema = z.object({ read: readSchema });

/** @returns `undefined` where the line is not one of `formatReadPositions` */
export function parseReadPositions(line: string): ReadPositions | undefined {
  if (!line.startsWith(STATE)) return undefined;
  return stateSchema.safeParse(JSON.parse(line.slice(STATE.length))).data?.read;
}
