import { CliError } from './errors.ts';

/** What went wrong with a gateway, for callers. */
export type GatewayErrorKind =
  | 'unreachable' // no connection, no answer in time, or the connection broke
  | 'unauthorized' // it wants a token, or another one
  | 'forbidden' // the token is not for this
  | 'problem' // it answered that it cannot do what was asked
  | 'foreign'; // what it answered is not what a gateway says

/** A gateway could not be asked, or did not answer as was hoped. Printed as it is, it says what to do. */
export class GatewayError extends CliError {
  readonly kind: GatewayErrorKind;
  /** The HTTP status; `undefined` where there was no answer. */
  readonly status: number | undefined;

  constructor(kind: GatewayErrorKind, lines: readonly string[], status?: number) {
    super('FAILED', lines);
    this.name = 'GatewayError';
    this.kind = kind;
    this.status = status;
  }
}
