/** What is wrong with the cache on disk. */
export type ShelfErrorCode =
  | 'CACHE_DAMAGED' // some of what was on disk cannot be read: that is removed
  | 'CACHE_FOREIGN' // the folder is a database of something else: it is left alone
  | 'CACHE_UNUSABLE'; // the folder cannot be used: it is left as it is, the cache is in memory alone

const CONSEQUENCES: Record<ShelfErrorCode, string> = {
  CACHE_DAMAGED: 'is damaged, what can be read of it is kept',
  CACHE_FOREIGN: 'has something else in it and is left alone; pages are in memory alone',
  CACHE_UNUSABLE: 'cannot be used and is left as it is, pages are in memory alone',
};

/** The cache on disk failed. Questions are answered all the same. */
export class ShelfError extends Error {
  override readonly name = 'ShelfError';
  readonly code: ShelfErrorCode;

  constructor(code: ShelfErrorCode, folder: string, cause?: unknown) {
    const reason = cause === undefined ? '' : ` (${rootOf(cause).message})`;
    super(`The cache ${folder} ${CONSEQUENCES[code]}${reason}.`, { cause });
    this.code = code;
  }
}

/**
 * Whether what is on disk is to blame, which no later try will read, and not the disk: one that is full
 * or fails, a folder that another process uses, or a process with too many open files.
 */
export function isDamage(error: unknown): boolean {
  const { code, message } = rootOf(error);
  // A file that another file of the database names, and that is not there, is a failure of the disk to LevelDB.
  return code === 'LEVEL_CORRUPTION' || /: No such file or directory/.test(message);
}

/** LevelDB's own message is in the cause if the database did not open. */
function rootOf(error: unknown): { readonly code: string; readonly message: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  if (error.cause !== undefined) return rootOf(error.cause);
  return { code: 'code' in error ? String(error.code) : '', message: error.message };
}
