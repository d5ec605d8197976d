import type { FileHandle } from 'node:fs/promises';

import { LRUCache } from 'lru-cache';

import { PlaceIndexError } from './place-index.ts';

/** How much is read at once, in bytes: the records of some hundred places that are near each other. */
const BLOCK_BYTES = 32 * 1024;

/** How many blocks are kept: 4 MiB. The places of an answer by distance are mostly in one or two. */
const MAX_BLOCKS = 128;

/** What one call reads at the most: Node reads no 2 GiB at once. */
const MAX_READ_BYTES = 2 ** 30;

/** Parts of a file; the most recently read ones are kept. */
export class FileBlocks {
  readonly #handle: FileHandle;
  readonly #sizeBytes: number;
  readonly #blocks = new LRUCache<number, Promise<Buffer>>({ max: MAX_BLOCKS });

  constructor(handle: FileHandle, sizeBytes: number) {
    this.#handle = handle;
    this.#sizeBytes = sizeBytes;
  }

  /** The bytes from `start` to before `end`; they may not be changed. */
  async read(start: number, end: number): Promise<Buffer> {
    const first = Math.floor(start / BLOCK_BYTES);
    const last = Math.floor((end - 1) / BLOCK_BYTES);
    const offset = start - first * BLOCK_BYTES;
    if (first === last) return (await this.#block(first)).subarray(offset, offset + end - start);
    const numbers = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    const blocks = await Promise.all(numbers.map((number) => this.#block(number)));
    return Buffer.concat(blocks).subarray(offset, offset + end - start);
  }

  #block(number: number): Promise<Buffer> {
    const known = this.#blocks.get(number);
    if (known !== undefined) return known;
    const start = number * BLOCK_BYTES;
    const bytes = Buffer.allocUnsafeSlow(Math.min(BLOCK_BYTES, this.#sizeBytes - start));
    const block = readFully(this.#handle, bytes, start).then(() => bytes);
    this.#blocks.set(number, block);
    // What could not be read is read again.
    block.catch(() => this.#blocks.delete(number));
    return block;
  }
}

/**
 * Fills `into` from a position of a file on.
 *
 * @throws {PlaceIndexError} where the file ends before
 */
export async function readFully(
  handle: FileHandle,
  into: Uint8Array,
  position: number,
): Promise<void> {
  for (let done = 0; done < into.length;) {
    const length = Math.min(into.length - done, MAX_READ_BYTES);
    const { bytesRead } = await handle.read(into, done, length, position + done);
    if (bytesRead === 0) throw new PlaceIndexError('INDEX_DAMAGED', 'it has become shorter');
    done += bytesRead;
  }
}
