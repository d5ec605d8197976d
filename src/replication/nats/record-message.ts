import { ByteWriter } from '../../protocol/byte-writer.ts';
import type { RecordView } from '../../store/record.ts';

/*
 * A message of a stream is a record: its epoch and sequence number in front of the line that links and the journal
 * have, `EPOCH SEQUENCE LINE`.
 */

const SPACE = 0x20;
const HEAD = /^(\d{1,15}) ([1-9]\d{0,14}) $/;
/** The longest head: two numbers of 15 digits and two spaces. */
const MAX_HEAD_BYTES = 32;

/** What a message needs of the store. */
interface RecordSource {
  readonly origins: { epoch(origin: number): number };
  originOf(slot: number): number;
  sequenceOf(slot: number): number;
  writeLine(slot: number, out: ByteWriter): void;
}

/** The message with the record in a slot of the store. */
export function formatRecord(store: RecordSource, slot: number): Buffer {
  const out = new ByteWriter(128);
  out.text(`${store.origins.epoch(store.originOf(slot))} ${store.sequenceOf(slot)} `);
  store.writeLine(slot, out);
  return Buffer.from(out.view());
}

/** Reads a message; false where it is none, and what the record is is then not defined. */
export function scanRecord(record: RecordView, bytes: Buffer): boolean {
  const first = bytes.indexOf(SPACE);
  const second = bytes.indexOf(SPACE, first + 1);
  if (first < 0 || second < 0 || second >= MAX_HEAD_BYTES) return false;
  const head = HEAD.exec(bytes.toString('latin1', 0, second + 1));
  if (head === null || !record.scan(bytes, second + 1, bytes.length)) return false;
  record.epoch = Number(head[1]);
  record.sequence = Number(head[2]);
  return true;
}
