import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

import TinyQueue from 'tinyqueue';

import { hilbertKey } from '../place-index/hilbert.ts';
import type { IndexedPlace } from '../place-index/place-index.ts';

/** How much is sorted in memory, in bytes as they are on disk; the objects around them take some times as much. */
const MAX_BUFFERED_BYTES = 16 * 1024 * 1024;

/** What is written or read of a run at once, in bytes. */
const CHUNK_BYTES = 256 * 1024;

/** Before each record: key, latitude, longitude, prominence, kind, and how many bytes the record has. */
const HEAD_BYTES = 8 + 4 + 4 + 4 + 4 + 4;

interface KeyedPlace {
  readonly key: number;
  readonly place: IndexedPlace;
}

/**
 * Sorts any number of places by `hilbertKey`, those with equal ones in the order they came in. What does not fit the memory is sorted
 * run by run, each run is written to a file, and at the end all runs are merged.
 */
export class PlaceSorter {
  readonly #folder: string;
  readonly #maxBufferedBytes: number;
  #buffered: KeyedPlace[] = [];
  #bufferedBytes = 0;
  readonly #runs: string[] = [];
  #count = 0;

  /** @param folder where the runs are put; it has to be removed by its owner */
  constructor(folder: string, maxBufferedBytes = MAX_BUFFERED_BYTES) {
    this.#folder = folder;
    this.#maxBufferedBytes = maxBufferedBytes;
  }

  get count(): number {
    return this.#count;
  }

  /** Resolves when it may be called again. */
  async add(place: IndexedPlace): Promise<void> {
    this.#count += 1;
    this.#buffered.push({ key: hilbertKey(place.latitude, place.longitude), place });
    this.#bufferedBytes += HEAD_BYTES + place.record.length;
    if (this.#bufferedBytes >= this.#maxBufferedBytes) await this.#writeRun();
  }

  /** All places in their order. */
  async *sorted(): AsyncGenerator<IndexedPlace> {
    this.#buffered.sort(byKey);
    if (this.#runs.length === 0) {
      for (const { place } of this.#buffered) yield place;
      return;
    }
    if (this.#buffered.length > 0) await this.#writeRun();
    yield* merge(this.#runs.map((path) => new Run(path)));
  }

  async #writeRun(): Promise<void> {
    const path = join(this.#folder, `run-${this.#runs.length}`);
    await using file = await open(path, 'wx');
    this.#runs.push(path);
    let chunk: Buffer[] = [];
    let chunkBytes = 0;
    for (const keyed of this.#buffered.sort(byKey)) {
      const bytes = encode(keyed);
      chunk.push(bytes);
      chunkBytes += bytes.length;
      if (chunkBytes < CHUNK_BYTES) continue;
      await file.writeFile(Buffer.concat(chunk));
      [chunk, chunkBytes] = [[], 0];
    }
    await file.writeFile(Buffer.concat(chunk));
    this.#buffered = [];
    this.#bufferedBytes = 0;
  }
}

function byKey(a: KeyedPlace, b: KeyedPlace): number {
  return a.key - b.key;
}

async function* merge(runs: readonly Run[]): AsyncGenerator<IndexedPlace> {
  type Head = KeyedPlace & { readonly order: number };
  const heads = new TinyQueue<Head>([], (a, b) => a.key - b.key || a.order - b.order);
  const advance = async (order: number): Promise<void> => {
    const run = runs[order];
    const next = run?.take() ?? (await run?.readOn());
    if (next !== undefined) heads.push({ ...next, order });
  };
  for (const order of runs.keys()) await advance(order);
  for (let head = heads.pop(); head !== undefined; head = heads.pop()) {
    yield head.place;
    await advance(head.order);
  }
}

/** A run that is read again. */
class Run {
  readonly #chunks: AsyncIterator<Buffer>;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(path: string) {
    const stream: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: CHUNK_BYTES });
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** The next place, where it is in memory. */
  take(): KeyedPlace | undefined {
    const bytes = this.#bytes.subarray(this.#at);
    if (bytes.length < HEAD_BYTES) return undefined;
    const end = HEAD_BYTES + bytes.readUInt32LE(24);
    if (bytes.length < end) return undefined;
    this.#at += end;
    return decode(bytes.subarray(0, end));
  }

  /** The next place; `undefined` at the end. */
  async readOn(): Promise<KeyedPlace | undefined> {
    for (;;) {
      const place = this.take();
      if (place !== undefined) return place;
      const next = await this.#chunks.next();
      if (next.done === true) return undefined;
      this.#bytes = Buffer.concat([this.#bytes.subarray(this.#at), next.value]);
      this.#at = 0;
    }
  }
}

function encode({ key, place }: KeyedPlace): Buffer {
  const record = Buffer.from(place.record);
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + record.length);
  bytes.writeDoubleLE(key, 0);
  bytes.writeInt32LE(place.latitude, 8);
  bytes.writeInt32LE(place.longitude, 12);
  bytes.writeUInt32LE(place.prominence, 16);
  bytes.writeUInt32LE(place.kind, 20);
  bytes.writeUInt32LE(record.length, 24);
  record.copy(bytes, HEAD_BYTES);
  return bytes;
}

function decode(bytes: Buffer): KeyedPlace {
  return {
    key: bytes.readDoubleLE(0),
    place: {
      latitude: bytes.readInt32LE(8),
      longitude: bytes.readInt32LE(12),
      prominence: bytes.readUInt32LE(16),
      kind: bytes.readUInt32LE(20),
      record: bytes.toString('utf8', HEAD_BYTES),
    },
  };
}
