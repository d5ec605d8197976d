import type { VectorEntry, VersionVector } from '../store/version-vector.ts';
import { isCount } from './counts.ts';

/*
 * The line of a log or a snapshot that notes the version vector of the server: what it has of every origin, all
 * of which is in the journal up to this line. It is a word and JSON: `VECTOR [["Riley",1764201600000,7]]`.
 */

const VECTOR = 'VECTOR ';

/**
 * A line takes no more, in bytes: the epochs of a thousand starts at least. A frame has to have room for it behind
 * its changes.
 */
export const MAX_VECTOR_BYTES = 131_072;

/**
 * The line, without its end. Where it would be longer than `MAX_VECTOR_BYTES` the oldest epochs are left out: to
 * claim less is always right, and costs that neighbours send what they have of those again.
 */
export function formatVector(vector: VersionVector): string {
  const entries = vector.map(formatEntry);
  if (sizeOf(entries) > MAX_VECTOR_BYTES) {
    const newest = vector.toSorted((a, b) => b.epoch - a.epoch).map(formatEntry);
    let bytes = sizeOf([]);
    const end = newest.findIndex(
      (entry) => (bytes += Buffer.byteLength(entry) + 1) > MAX_VECTOR_BYTES,
    );
    return lineOf(newest.slice(0, end));
  }
  return lineOf(entries);
}

/** @returns `undefined` where the line is not one of `formatVector` */
export function parseVector(line: string): VersionVector | undefined {
  if (!line.startsWith(VECTOR)) return undefined;
  const found: unknown = JSON.parse(line.slice(VECTOR.length));
  if (!Array.isArray(found)) return undefined;
  const entries = found.map(parseEntry);
  return entries.every((entry) => entry !== undefined) ? entries : undefined;
}

function parseEntry(found: unknown): VectorEntry | undefined {
  if (!Array.isArray(found)) return undefined;
  const fields: readonly unknown[] = found;
  const [name, epoch, sequence] = fields;
  if (fields.length !== 3 || typeof name !== 'string' || !isCount(epoch) || !isCount(sequence))
    return undefined;
  return { name, epoch, sequence };
}

export function isSameVector(a: VersionVector, b: VersionVector): boolean {
  if (a === b) return true;
  return a.length === b.length && a.every((entry, index) => isSameEntry(entry, b[index]));
}

function isSameEntry(a: VectorEntry, b: VectorEntry | undefined): boolean {
  return a.name === b?.name && a.epoch === b.epoch && a.sequence === b.sequence;
}

function formatEntry({ name, epoch, sequence }: VectorEntry): string {
  return JSON.stringify([name, epoch, sequence]);
}

/** How many bytes the line of these entries takes. */
function sizeOf(entries: readonly string[]): number {
  const bytes = entries.reduce((sum, entry) => sum + Buffer.byteLength(entry) + 1, 0);
  return VECTOR.length + 2 + bytes;
}

function lineOf(entries: readonly string[]): string {
  return `${VECTOR}[${entries.join(',')}]`;
}
