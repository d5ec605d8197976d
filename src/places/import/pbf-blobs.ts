import { open, type FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { inflate } from 'node:zlib';

import { PbfReader } from 'pbf';

import { ImportError } from './import-error.ts';
import type { ReadingHooks } from './imported-place.ts';
import { emptyInput, unreadable } from './input-file.ts';

/*
 * A file of OpenStreetMap in protocol buffers is a row of blobs, each with a header before it.
 * See https://wiki.openstreetmap.org/wiki/PBF_Format
 */

/** What the format allows, in bytes. */
const MAX_HEADER_BYTES = 64 * 1024;
const MAX_BLOB_BYTES = 32 * 1024 * 1024;

/** What stands before each header, in bytes: how long it is. */
const LENGTH_BYTES = 4;

const inflateAsync = promisify(inflate);

/** The content of a blob. */
export interface Blob {
  /** `OSMHeader`, `OSMData`, or something that is to be passed over. */
  readonly type: string;
  readonly data: Uint8Array;
}

/**
 * All blobs of a file, in their order; while one is used the next one is read and decompressed.
 *
 * @param step what the reading is called in `hooks.onRead`
 * @throws {ImportError} where the file cannot be read, is no such file, or was cut off
 */
export async function* readBlobs(
  path: string,
  step: string,
  { onRead, signal }: Pick<ReadingHooks, 'onRead' | 'signal'>,
): AsyncGenerator<Blob> {
  try {
    await using handle = await open(path);
    const status = await handle.stat();
    if (!status.isFile()) {
      const message = `${path}: found no regular file, expected one, since it is read twice`;
      throw new ImportError('INPUT_UNREADABLE', message);
    }
    const totalBytes = status.size;
    if (totalBytes === 0) throw emptyInput(path);
    let next = readAhead(path, handle, 0, totalBytes);
    for (;;) {
      const read = await next;
      if (read === undefined) return;
      signal.throwIfAborted();
      next = readAhead(path, handle, read.end, totalBytes);
      yield read.blob;
      onRead({ step, doneBytes: read.end, totalBytes });
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

interface ReadBlob {
  readonly blob: Blob;
  /** Where the next one begins. */
  readonly end: number;
}

/** As `readBlob`; nobody may wait for it when it fails. */
function readAhead(...args: Parameters<typeof readBlob>): Promise<ReadBlob | undefined> {
  const reading = readBlob(...args);
  reading.catch(() => undefined);
  return reading;
}

/** The blob that begins at `start`; `undefined` at the end of the file. */
async function readBlob(
  path: string,
  handle: FileHandle,
  start: number,
  totalBytes: number,
): Promise<ReadBlob | undefined> {
  if (start === totalBytes) return undefined;
  const read = async (bytes: number, position: number): Promise<Buffer> => {
    const lacking = position + bytes - totalBytes;
    if (lacking > 0) {
      throw new ImportError(
        'INPUT_CUT_OFF',
        `${path}: it ends within a block, ${lacking} bytes too early: get it anew`,
      );
    }
    const buffer = Buffer.allocUnsafe(bytes);
    await handle.read(buffer, 0, bytes, position);
    return buffer;
  };
  const headerBytes = (await read(LENGTH_BYTES, start)).readUInt32BE();
  if (headerBytes > MAX_HEADER_BYTES) throw noPbf(path, start);
  const header = await read(headerBytes, start + LENGTH_BYTES);
  const { type, dataBytes } = new PbfReader(header).readFields(readHeaderField, {
    type: '',
    dataBytes: -1,
  });
  if (type === '' || dataBytes < 0 || dataBytes > MAX_BLOB_BYTES) throw noPbf(path, start);
  const dataStart = start + LENGTH_BYTES + headerBytes;
  const blob = await read(dataBytes, dataStart);
  const data = await decompress(path, start, blob);
  return { blob: { type, data }, end: dataStart + dataBytes };
}

function readHeaderField(
  tag: number,
  header: { type: string; dataBytes: number },
  pbf: PbfReader,
): void {
  if (tag === 1) header.type = pbf.readString();
  else if (tag === 3) header.dataBytes = pbf.readVarint();
}

/** The fields of a blob that have its content. */
const RAW = 1;
const ZLIB = 3;

async function decompress(path: string, start: number, bytes: Uint8Array): Promise<Uint8Array> {
  const content: { field: number; data: Uint8Array } = { field: 0, data: new Uint8Array() };
  new PbfReader(bytes).readFields((tag, found, pbf) => {
    // The second one is how long it is when it is decompressed.
    if (tag === 2) return;
    found.field = tag;
    found.data = pbf.readBytes();
  }, content);
  if (content.field === RAW) return content.data;
  if (content.field !== ZLIB) {
    throw new ImportError(
      'INPUT_FORMAT',
      `${path}: at byte ${start}: a block is compressed by another method than zlib: convert it with "osmium cat -o region.osm.pbf"`,
    );
  }
  try {
    return await inflateAsync(content.data, { maxOutputLength: MAX_BLOB_BYTES });
  } catch (error) {
    throw new ImportError(
      'INPUT_FORMAT',
      `${path}: at byte ${start}: a damaged block: ${String(error)}`,
    );
  }
}

function noPbf(path: string, start: number): ImportError {
  return new ImportError(
    'INPUT_FORMAT',
    `${path}: at byte ${start}: found no block of OpenStreetMap's data, expected a file such as region.osm.pbf`,
  );
}
