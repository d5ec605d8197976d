import { z } from 'zod';

/*
 * The first frame of each file of a journal, as a line of a word and JSON: which server's it is, and which
 * changes are in it.
 */

/** The layout of all files; a journal of another one is refused. 1 and 2 were kept in LevelDB. */
const FORMAT = 4;

const FILE = 'FILE ';

const formatSchema = z.object({ format: z.number() });
const headerSchema = z.object({
  kind: z.enum(['log', 'snapshot']),
  herd: z.string(),
  server: z.string(),
  /** Which life of the server has written it: a text that no other one has. */
  epoch: z.string(),
  /** A log: the changes in it come after this number. A snapshot: it has those up to this number. */
  head: z.int().nonnegative(),
});

export type FileHeader = z.infer<typeof headerSchema>;

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
