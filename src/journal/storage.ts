/** A file of a journal as it is found. */
export interface StoredFile {
  readonly name: string;
  readonly sizeBytes: number;
}

/** A file that is being written. */
export interface WritableFile {
  /** Writes at a place in the file. Rejects where it may have been written in part. */
  write(bytes: Buffer, position: number): Promise<void>;
  /**
   * Done when what was written outlives a loss of power.
   *
   * Rejects with a `FileGoneError` where the file is not in its folder any more.
   */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Where a journal is kept: a folder on a disk, or what a simulation has for one. No two calls that
 * change the same file are under way at once.
 */
export interface Storage {
  /** The existing files, in no order. */
  list(): Promise<readonly StoredFile[]>;
  /** Reads from a place in a file; returns how many bytes, 0 at its end. */
  read(name: string, position: number, into: Buffer): Promise<number>;
  /** Makes an empty file, in the place of one of that name. */
  create(name: string): Promise<WritableFile>;
  rename(from: string, to: string): Promise<void>;
  /** Nothing happens where there is no such file. */
  remove(name: string): Promise<void>;
  /** Cuts a file to a size, at once for good. */
  truncate(name: string, sizeBytes: number): Promise<void>;
  /**
   * Makes the folder where it was removed.
   *
   * @throws where it cannot be made, or there is something in it
   */
  requireEmpty(): Promise<void>;
  /** Done when what was made, renamed and removed outlives a loss of power. */
  syncNames(): Promise<void>;
}

/** A file was removed while it was written to. */
export class FileGoneError extends Error {
  override readonly name = 'FileGoneError';
  readonly code = 'FILE_GONE';

  /** @param file its path */
  constructor(file: string) {
    super(`${file} was removed while it was written to`);
  }
}
