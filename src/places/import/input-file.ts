import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

import { ImportError } from './import-error.ts';
import type { ReadingHooks } from './imported-place.ts';

/** What is read of an input at once, in bytes. */
const CHUNK_BYTES = 256 * 1024;

/**
 * The bytes of an input, chunk by chunk; how far it is is told.
 *
 * @throws {ImportError} `INPUT_UNREADABLE`
 */
export async function* readInput(
  path: string,
  { onRead, signal }: Pick<ReadingHooks, 'onRead' | 'signal'>,
): AsyncGenerator<Buffer> {
  try {
    const { size: totalBytes } = await stat(path);
    let doneBytes = 0;
    const stream: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: CHUNK_BYTES });
    for await (const chunk of stream) {
      signal.throwIfAborted();
      yield chunk;
      doneBytes += chunk.length;
      onRead({ step: 'reading', doneBytes, totalBytes });
    }
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** What Node says of files, in our words; any other error is passed on. */
export function unreadable(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error;
  return new ImportError('INPUT_UNREADABLE', `${path}: it cannot be read: ${error.message}`);
}
