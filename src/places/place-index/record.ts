import { crc32 } from 'node:zlib';

import { z } from 'zod';

import { detailsSchema } from '../details.ts';
import { CHECKSUM_BYTES } from './layout.ts';
import { PlaceIndexError, type PlaceRecord } from './place-index.ts';

/** A record's fields in their order; those at the end that say nothing are left out. */
const recordSchema = z.tuple([
  z.string(),
  z.string(),
  z.string().default(''),
  z.string().default(''),
  detailsSchema.nullable().default(null),
  z.record(z.string(), z.string()).nullable().default(null),
]);

/** A record as text, JSON. */
export function recordText(record: PlaceRecord): string {
  const { id, name, vicinity, country, details = null, more = null } = record;
  const fields: unknown[] = [id, name, vicinity, country, details, more];
  while (fields.at(-1) === '' || fields.at(-1) === null) fields.pop();
  return JSON.stringify(fields);
}

/** A record in the format of the file. */
export function encodeRecord(text: string): Uint8Array {
  const bytes = Buffer.allocUnsafe(CHECKSUM_BYTES + Buffer.byteLength(text));
  bytes.write(text, CHECKSUM_BYTES);
  bytes.writeUInt32LE(crc32(bytes.subarray(CHECKSUM_BYTES)));
  return bytes;
}

/** @throws {PlaceIndexError} where it is not what was written */
export function decodeRecord(bytes: Buffer): PlaceRecord {
  const json = bytes.subarray(CHECKSUM_BYTES);
  if (bytes.length <= CHECKSUM_BYTES || bytes.readUInt32LE() !== crc32(json)) throw damaged();
  const parsed = recordSchema.safeParse(JSON.parse(json.toString()));
  if (!parsed.success) throw damaged();
  const [id, name, vicinity, country, details, more] = parsed.data;
  return { id, name, vicinity, country, details: details ?? undefined, more: more ?? undefined };
}

function damaged(): PlaceIndexError {
  return new PlaceIndexError('INDEX_DAMAGED', 'the record of a place is damaged');
}
