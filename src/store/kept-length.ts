import type { RecordView } from './record.ts';

/** How much of a record's text is kept: text that its numbers do not determine, and attributes. */
export function keptLength(record: RecordView): number {
  const { format, positionStart, timeEnd, attributesLength } = record;
  if (format !== 0) return attributesLength;
  return timeEnd - positionStart + (attributesLength === 0 ? 0 : 1 + attributesLength);
}

/** How much of a table's memory a record takes beside its row, in bytes: the client's ID, and what is kept of its text. */
export function blockLength(record: RecordView): number {
  return record.clientEnd - record.clientStart + keptLength(record);
}
