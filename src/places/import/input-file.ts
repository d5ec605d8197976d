import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

import { ImportError } from './import-error.ts';
import type { ReadingHooks } from './imported-place.ts';

/** What is read of an input at once, in bytes. */
const CHUNK_BYTES = 256 * 1024;

/** U+FEFF in UTF-8: some editors begin a file with it. */
const UTF8_BOM = Buffer.from('\uFEFF');
/** The same in UTF-16, as spreadsheets export "Unicode text". */
const UTF16_BOMS = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])];

/**
 * The bytes of an input that is text in UTF-8, chunk by chunk and without a byte order mark; how far it is is told.
 *
 * @throws {ImportError} `INPUT_UNREADABLE`; `INPUT_FORMAT` where it is UTF-16; `INPUT_CUT_OFF` where it is empty
 */
export async function* readText(
  path: string,
  { onRead, signal }: Pick<ReadingHooks, 'onRead' | 'signal'>,
): AsyncGenerator<Buffer> {
  try {
    const status = await stat(path);
    const totalBytes = status.isFile() ? status.size : undefined; // a pipe does not say
    let doneBytes = 0;
    const stream: AsyncIterable<Buffer> = createReadStream(path, { highWaterMark: CHUNK_BYTES });
    for await (const chunk of stream) {
      signal.throwIfAborted();
      yield doneBytes === 0 ? withoutBom(path, chunk) : chunk;
      doneBytes += chunk.length;
      onRead({ step: 'reading', doneBytes, totalBytes });
    }
    if (doneBytes === 0) throw emptyInput(path);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function withoutBom(path: string, start: Buffer): Buffer {
  const beginsWith = (bom: Buffer): boolean => start.subarray(0, bom.length).equals(bom);
  if (UTF16_BOMS.some(beginsWith)) {
    throw new ImportError('INPUT_FORMAT', `${path}: found UTF-16, expected UTF-8`);
  }
  return beginsWith(UTF8_BOM) ? start.subarray(UTF8_BOM.length) : start;
}

/** The error of an input of no bytes. */
export function emptyInput(path: string): ImportError {
  return new ImportError('INPUT_CUT_OFF', `${path}: it is empty`);
}

/** What Node says of files, in our words; any other error is passed on. */
export function unreadable(path: string, error: unknown): unknown {
  const reason = reasonOf(error);
  if (reason === undefined) return error;
  return new ImportError('INPUT_UNREADABLE', `${path}: it cannot be read: ${reason}`);
}

/** Why a system call failed, without the call and its path; `undefined` for an error of another kind. */
export function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error)) return undefined;
  return error.message.split(', ', 1)[0];
}
