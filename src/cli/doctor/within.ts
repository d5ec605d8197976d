/** How long a check waits for one answer of anything, in milliseconds: what is well answers in a fraction of it. */
export const ANSWER_WITHIN_MS = 5000;

/**
 * What comes of something in time.
 *
 * @throws {TimeoutError} where that takes too long; it goes on unheeded
 */
export async function within<T>(coming: Promise<T>, ms = ANSWER_WITHIN_MS): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TimeoutError(ms)), ms);
  });
  try {
    return await Promise.race([coming, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Something took too long. */
class TimeoutError extends Error {
  readonly code = 'TIMEOUT';
  override readonly name = 'TimeoutError';

  constructor(ms: number) {
    super(`no answer in ${ms / 1000} s`);
  }
}

/** What there is of something that took too long: for `catch`; any other error goes on. */
export function undefinedIfLate(error: unknown): undefined {
  if (!(error instanceof TimeoutError)) throw error;
  return undefined;
}
