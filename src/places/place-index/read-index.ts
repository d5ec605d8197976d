import { open, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

import { z } from 'zod';

import { decodeFooter, FOOTER_BYTES, tableBytes, tableParts, type Footer } from './layout.ts';
import { PlaceIndexError, valueAt, type PlaceIndex, type PlaceRecord } from './place-index.ts';
import { decodeRecord } from './record.ts';

const descriptionSchema = z.object({
  kinds: z.array(z.object({ types: z.array(z.string()), measure: z.string().optional() })),
  types: z.array(z.string()),
  attributions: z.array(z.string()),
  madeFrom: z.string(),
});

/** An index whose records can be read. */
export interface OpenPlaceIndex extends PlaceIndex {
  /**
   * @param places their numbers
   * @throws {PlaceIndexError} where a record is damaged or cannot be read
   */
  readRecords(places: readonly number[]): Promise<PlaceRecord[]>;
  close(): Promise<void>;
}

/**
 * Opens an index: its table is in memory then, its records stay on disk.
 *
 * @throws {PlaceIndexError} where there is no whole index that fits this machine and version
 */
export async function openPlaceIndex(path: string | URL): Promise<OpenPlaceIndex> {
  const handle = await open(path).catch(unreadable);
  try {
    const index = await readTable(handle);
    return {
      ...index,
      readRecords: (places) =>
        Promise.all(places.map((place) => readRecord(handle, index, place).catch(unreadable))),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    return unreadable(error);
  }
}

async function readTable(handle: FileHandle): Promise<PlaceIndex> {
  const { size } = await handle.stat();
  const footer = await readFooter(handle, size);
  const bytes = tableBytes(footer);
  const expected = footer.recordBytes + bytes + FOOTER_BYTES;
  if (size !== expected) throw damaged(`it has ${size} bytes; ${expected} were expected`);
  const table = new Uint8Array(bytes);
  await readFully(handle, table, footer.recordBytes);
  if (crc32(table) !== footer.tableChecksum) throw damaged('its table is damaged');
  const { columns, nodes, description } = tableParts(table.buffer, footer.places, footer.types);
  const json = Buffer.from(description).toString();
  const described = descriptionSchema.safeParse(JSON.parse(json));
  if (!described.success) throw damaged('its description is damaged');
  return { ...described.data, columns, nodes };
}

async function readFooter(handle: FileHandle, size: number): Promise<Footer> {
  const bytes = new Uint8Array(Math.min(size, FOOTER_BYTES));
  await readFully(handle, bytes, size - bytes.length);
  return decodeFooter(bytes, crc32);
}

async function readRecord(
  handle: FileHandle,
  { columns }: PlaceIndex,
  place: number,
): Promise<PlaceRecord> {
  const start = place === 0 ? 0 : valueAt(columns.recordEnds, place - 1);
  const bytes = Buffer.allocUnsafe(valueAt(columns.recordEnds, place) - start);
  await readFully(handle, bytes, start);
  return decodeRecord(bytes);
}

/** What one call reads at the most: Node reads no 2 GiB at once. */
const MAX_READ_BYTES = 2 ** 30;

async function readFully(handle: FileHandle, into: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < into.length;) {
    const length = Math.min(into.length - done, MAX_READ_BYTES);
    const { bytesRead } = await handle.read(into, done, length, position + done);
    if (bytesRead === 0) throw damaged('it has become shorter');
    done += bytesRead;
  }
}

function damaged(detail: string): PlaceIndexError {
  return new PlaceIndexError('INDEX_DAMAGED', detail);
}

/** What Node says of files, in our words. */
function unreadable(error: unknown): never {
  if (error instanceof PlaceIndexError) throw error;
  const reason = error instanceof Error ? error.message : String(error);
  throw new PlaceIndexError('INDEX_UNREADABLE', reason);
}
