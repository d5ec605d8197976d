import { isCount } from './counts.ts';

/*
 * The first frame of each file of a journal, as a line of a word and JSON: which server's it is, and which
 * changes are in it.
 */

/** The layout of all files; a journal of another one is refused. 1 and 2 were kept in LevelDB. */
const FORMAT = 4;

const FILE = 'FILE ';

/** What the header of each file says. */
export interface FileHeader {
  readonly kind: 'log' | 'snapshot';
  readonly herd: string;
  readonly server: string;
  /** Which life of the server has written it: a text that no other one has. */
  readonly epoch: string;
  /** A log: the changes in it come after this seq. A snapshot: it has those up to this seq. */
  readonly head: number;
}

export function formatHeader(header: FileHeader): string {
  return FILE + JSON.stringify({ format: FORMAT, ...header });
}

/**
 * Reads a header from a frame's payload.
 *
 * @param kind the expected kind of file
 * @returns `undefined` where it is none; in words why it cannot be used, where it cannot
 */
export function parseHeader(
  payload: string,
  kind: FileHeader['kind'],
): FileHeader | string | undefined {
  if (!payload.startsWith(FILE)) return undefined;
  const value: unknown = JSON.parse(payload.slice(FILE.length));
  const found: Unchecked = typeof value === 'object' && value !== null ? value : {};
  const { format, ...header } = found;
  if (format !== FORMAT) {
    return `its format is ${String(format)}, and this version reads ${FORMAT} alone: start without it`;
  }
  if (!isHeader(header)) return `its header cannot be read: ${JSON.stringify(header)}`;
  return header.kind === kind ? header : `it is a ${header.kind}`;
}

/** What may have been written by anyone: only its frame has been checked. */
type Unchecked = Partial<Record<'format' | keyof FileHeader, unknown>>;

// By hand, since a library for it would take a third of the time that a server takes to start.
function isHeader(header: Unchecked): header is FileHeader {
  const { kind, herd, server, epoch, head } = header;
  return (
    (kind === 'log' || kind === 'snapshot') &&
    [herd, server, epoch].every((text) => typeof text === 'string') &&
    isCount(head)
  );
}
