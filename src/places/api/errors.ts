/** What was wrong, for programs. */
export type PlacesInputErrorCode =
  /** An option is not as it has to be. */
  | 'OPTION_INVALID'
  /** A question is not one that can be asked. */
  | 'QUESTION_INVALID';

/**
 * An option or a question is not as it has to be: the message says which part, and what was expected.
 *
 * @example
 * ```ts
 * await search.find({ latitude: 95, longitude: 0, radiusMetres: 100 }); // throws: latitude: expected degrees from -90 to 90
 * ```
 */
export class PlacesInputError extends Error {
  override readonly name = 'PlacesInputError';
  readonly code: PlacesInputErrorCode;

  constructor(code: PlacesInputErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
