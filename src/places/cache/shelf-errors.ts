/** What is wrong with the cache on disk. */
export type ShelfErrorCode =
  | 'CACHE_DAMAGED' // what was on disk cannot be read: the cache begins empty
  | 'CACHE_FOREIGN' // the folder is a database of something else: it is left alone
  | 'CACHE_UNUSABLE'; // the folder cannot be used: the cache is in memory alone

const CONSEQUENCES: Record<ShelfErrorCode, string> = {
  CACHE_DAMAGED: 'is damaged and begins empty',
  CACHE_FOREIGN: 'holds something else and is left alone, pages are in memory alone',
  CACHE_UNUSABLE: 'cannot be used, pages are in memory alone',
};

/** The cache on disk failed. Questions are answered all the same. */
export class ShelfError extends Error {
  override readonly name = 'ShelfError';
  readonly code: ShelfErrorCode;

  constructor(code: ShelfErrorCode, folder: string, cause?: unknown) {
    const reason = cause === undefined ? '' : ` (${deepest(cause)})`;
    super(`The cache ${folder} ${CONSEQUENCES[code]}${reason}.`, { cause });
    this.code = code;
  }
}

/** LevelDB's own words stand in the cause where the database did not open. */
function deepest(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : deepest(error.cause);
}
