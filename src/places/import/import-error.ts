export type ImportErrorCode =
  /** The input cannot be read. */
  | 'INPUT_UNREADABLE'
  /** It is of no format that can be imported, or not what its name says. */
  | 'INPUT_FORMAT'
  /** It is empty, or ends within something. */
  | 'INPUT_CUT_OFF'
  /** It has no place that can be imported. */
  | 'INPUT_NO_PLACES'
  /** One of its places lacks something, or has something wrong. */
  | 'INPUT_INVALID'
  /** The index cannot be written. */
  | 'OUTPUT';

/** An import that cannot be done. Its message says where in which file, and what was expected. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
  readonly code: ImportErrorCode;

  constructor(code: ImportErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
