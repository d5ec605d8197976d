import { open, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

import { z } from 'zod';

import { FileBlocks, readFully } from './file-blocks.ts';
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
 * Opens an index: its table is in memory then; its records stay on disk, but for those that were read last.
 *
 * @throws {PlaceIndexError} where there is no whole index that fits this machine and version
 */
export async function openPlaceIndex(path: string | URL): Promise<OpenPlaceIndex> {
  const handle = await open(path).catch(unreadable);
  try {
    const index = await readTable(handle);
    const recordBytes = index.columns.recordEnds.at(-1) ?? 0;
    const blocks = new FileBlocks(handle, recordBytes);
    return {
      ...index,
      readRecords: (places) =>
        Promise.all(places.map((place) => readRecord(blocks, index, place).catch(unreadable))),
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
  blocks: FileBlocks,
  { columns }: PlaceIndex,
  place: number,
): Promise<PlaceRecord> {
  const start = place === 0 ? 0 : valueAt(columns.recordEnds, place - 1);
  return decodeRecord(await blocks.read(start, valueAt(columns.recordEnds, place)));
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
