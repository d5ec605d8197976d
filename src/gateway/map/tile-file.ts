import { open, type FileHandle } from 'node:fs/promises';

/** What every archive begins with: its name and the version of its form. */
const MAGIC = Buffer.from('PMTiles\u0003', 'latin1');

/** A file that is no archive of tiles, or cannot be read. */
export class TileFileError extends Error {
  override readonly name = 'TileFileError';
  readonly code = 'TILE_FILE';
}

/** An archive of tiles that is open. */
export interface TileFile {
  readonly handle: FileHandle;
  readonly sizeBytes: number;
  /** A strong entity tag: another file, or one that was written to, has another one. */
  readonly etag: string;
}

/**
 * Opens an archive; the caller closes its handle.
 *
 * @throws {TileFileError}
 */
export async function openTileFile(path: string): Promise<TileFile> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    const { buffer } = await handle.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0);
    if (!buffer.equals(MAGIC)) throw new TileFileError('it is no PMTiles archive of version 3');
    const { ino, size, mtimeNs } = await handle.stat({ bigint: true });
    const tag = [ino, size, mtimeNs].map((each) => each.toString(36)).join('-');
    return { handle, sizeBytes: Number(size), etag: `"${tag}"` };
  } catch (error) {
    await handle?.close();
    if (error instanceof TileFileError) throw error;
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new TileFileError(`it cannot be read: ${reason}`);
  }
}
