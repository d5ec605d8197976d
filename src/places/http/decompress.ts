import { promisify } from 'node:util';
import {
  brotliDecompress,
  constants,
  inflateRaw,
  unzip,
  type BrotliOptions,
  type ZlibOptions,
} from 'node:zlib';

import { MAX_ANSWER_BYTES } from './exchange.ts';

type Decompress = (bytes: Buffer, options: ZlibOptions & BrotliOptions) => Promise<Buffer>;

const FORMATS: ReadonlyMap<string, Decompress> = new Map<string, Decompress>([
  ['gzip', promisify(unzip)],
  ['x-gzip', promisify(unzip)],
  ['deflate', (bytes, options) => promisify(isZlib(bytes) ? unzip : inflateRaw)(bytes, options)],
  ['br', promisify(brotliDecompress)],
]);

/**
 * Decompresses what has come with this `Content-Encoding`. One that was not asked for leaves it as it
 * is: then it is not JSON, and reported as that.
 *
 * @param isWhole whether it has to have an end
 * @throws where it is damaged, or has more than 1 MiB
 */
export async function decompress(
  bytes: Buffer,
  encoding: string,
  isWhole: boolean,
): Promise<Buffer> {
  const format = FORMATS.get(encoding.trim().toLowerCase());
  if (format === undefined || bytes.length === 0) return bytes;
  return format(bytes, {
    maxOutputLength: MAX_ANSWER_BYTES,
    ...(!isWhole && {
      finishFlush:
        format === FORMATS.get('br') ? constants.BROTLI_OPERATION_FLUSH : constants.Z_SYNC_FLUSH,
    }),
  });
}

/** Some say `deflate` and mean it without the frame of zlib, whose first byte names the method, 8. */
function isZlib(bytes: Buffer): boolean {
  return ((bytes[0] ?? 0) & 0x0f) === 8;
}
