import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

import { ByteWriter } from '../../protocol/byte-writer.ts';
import { MAX_BODIES_BYTES } from './limits.ts';
import { Problem, retryAfter } from './problems.ts';

const DECOMPRESSORS = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
} as const;

/** The encodings of bodies that are taken, for messages. */
const ENCODINGS = 'gzip, deflate or br';

/** What is kept for a body at first, in bytes: it doubles until it is enough, and reaches the bounds exactly. */
const FIRST_BYTES = 4096;

/** Reads the bodies of requests: each within a bound, and all of them together within another. */
export class BodyReader {
  /** What all bodies that are being read or worked on take. */
  #sizeBytes = 0;

  /**
   * Reads a request's body, decompressed, and calls `use` with it; it counts as in memory until what that
   * returns is done.
   *
   * @throws {Problem} where it is too large, cannot be decompressed, or there is no room at the moment
   */
  async read<T>(
    request: IncomingMessage,
    maxBytes: number,
    use: (body: Buffer) => Promise<T>,
  ): Promise<T> {
    const announced = Number(request.headers['content-length'] ?? 0);
    if (announced > maxBytes) throw tooLarge(maxBytes);
    const counted = new CountedBytes((change) => this.#count(change));
    try {
      return await use(await collect(request, maxBytes, counted));
    } finally {
      counted.release();
    }
  }

  #count(change: number): void {
    this.#sizeBytes += change;
    if (change < 0 || this.#sizeBytes <= MAX_BODIES_BYTES) return;
    throw new Problem('overloaded', 'too many large bodies are being read', {}, retryAfter(1));
  }
}

/** What one body takes. */
class CountedBytes {
  readonly #count: (change: number) => void;
  #bytes = 0;

  constructor(count: (change: number) => void) {
    this.#count = count;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
    this.#count(bytes);
  }

  release(): void {
    this.#count(-this.#bytes);
    this.#bytes = 0;
  }
}

async function collect(
  request: IncomingMessage,
  maxBytes: number,
  counted: CountedBytes,
): Promise<Buffer> {
  const decompressor = decompressorOf(request);
  const body: Readable = decompressor === undefined ? request : request.pipe(decompressor);
  const fail = (error: Error): void => void decompressor?.destroy(error);
  // A request that breaks off would leave the decompressor waiting.
  request.once('error', fail);
  request.once('aborted', () => fail(new Error('the request broke off')));
  // One buffer: a body that comes in pieces of a byte each would take a hundred times its size in pieces.
  const bytes = new ByteWriter(FIRST_BYTES);
  counted.add(FIRST_BYTES);
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      if (bytes.length + chunk.length > maxBytes) throw tooLarge(maxBytes);
      const before = bytes.bytes.length;
      bytes.copy(chunk, 0, chunk.length);
      counted.add(bytes.bytes.length - before);
    }
  } catch (error) {
    if (error instanceof Problem || decompressor === undefined || request.errored) throw error;
    throw new Problem('malformed-body', 'the body is not what its Content-Encoding says');
  } finally {
    if (decompressor !== undefined) {
      request.unpipe(decompressor);
      decompressor.destroy();
    }
  }
  return bytes.bytes.subarray(0, bytes.length);
}

function decompressorOf(request: IncomingMessage) {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') return undefined;
  if (isKnown(encoding)) return DECOMPRESSORS[encoding]();
  throw new Problem(
    'unsupported-encoding',
    `found the Content-Encoding ${JSON.stringify(encoding.slice(0, 80))}, expected ${ENCODINGS}`,
    {},
    { 'accept-encoding': 'gzip, deflate, br' },
  );
}

function isKnown(encoding: string): encoding is keyof typeof DECOMPRESSORS {
  return Object.hasOwn(DECOMPRESSORS, encoding);
}

function tooLarge(maxBytes: number): Problem {
  return new Problem('body-too-large', `expected at most ${maxBytes} bytes, decompressed`);
}
