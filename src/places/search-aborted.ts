/**
 * A search was ended by its caller: it is no failure of the upstream, and has no answer.
 *
 * @example
 * ```ts
 * await search.find(question, AbortSignal.timeout(50)); // throws where the answer takes longer
 * ```
 */
export class SearchAborted extends Error {
  override readonly name = 'SearchAborted';
  readonly code = 'SEARCH_ABORTED';

  /** @param reason the reason of the signal that ended it */
  constructor(reason: unknown) {
    super('The search for places was ended before its answer.', { cause: reason });
  }
}
