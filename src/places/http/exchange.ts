import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

import type { Call } from '../provider.ts';
import { badAnswer, UpstreamError } from '../upstream-error.ts';

/** The longest answer that is read, in bytes: many times a page of 20 places, and no danger to memory. */
export const MAX_ANSWER_BYTES = 1024 * 1024;

/** How much is read of an answer that says no, in bytes: more than any error message takes. */
const MAX_FAILURE_BYTES = 64 * 1024;

/** An answer as it came. */
export interface RawAnswer {
  readonly httpStatus: number;
  readonly headers: IncomingHttpHeaders;
  /** As compressed as they came. */
  readonly bytes: Buffer;
}

/** One request, and what comes of its answer: undici calls it at each step. */
export class Exchange implements Dispatcher.DispatchHandler {
  /**
   * The whole answer; where its HTTP status is not 200, what came of it before it was long enough or
   * broke off, since the status says the rest.
   *
   * @throws {UpstreamError} where there is none, or it is too long
   * @throws the signal's reason, as soon as it is aborted
   */
  readonly answer: Promise<RawAnswer>;
  readonly #call: Call;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #httpStatus = 0;
  #headers: IncomingHttpHeaders = {};
  #controller: Dispatcher.DispatchController | undefined;
  #resolve: (answer: RawAnswer) => void = () => undefined;
  #reject: (reason: unknown) => void = () => undefined;

  constructor(call: Call) {
    this.#call = call;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    call.signal.addEventListener('abort', this.#leave, { once: true });
    const settle = (): void => call.signal.removeEventListener('abort', this.#leave);
    this.answer.then(settle, settle);
  }

  /** There is a connection, and the request is the next on it. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    const { signal, onSent } = this.#call;
    if (signal.aborted) return controller.abort(abortError());
    this.#controller = controller;
    onSent();
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    httpStatus: number,
    headers: IncomingHttpHeaders,
  ): void {
    // One below 200 says that the answer is still to come.
    if (httpStatus < 200) return;
    this.#httpStatus = httpStatus;
    this.#headers = headers;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    const isWhole = this.#httpStatus === 200;
    if (this.#bytes <= (isWhole ? MAX_ANSWER_BYTES : MAX_FAILURE_BYTES)) return;
    if (isWhole) {
      this.#reject(badAnswer(`The upstream's answer is longer than ${MAX_ANSWER_BYTES} bytes.`));
    } else {
      this.#finish();
    }
    controller.abort(abortError());
  }

  onResponseEnd(): void {
    this.#finish();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#httpStatus !== 0 && this.#httpStatus !== 200) this.#finish();
    else this.#reject(connectionError(error));
  }

  #finish(): void {
    this.#resolve({
      httpStatus: this.#httpStatus,
      headers: this.#headers,
      bytes: Buffer.concat(this.#chunks),
    });
  }

  readonly #leave = (): void => {
    this.#reject(this.#call.signal.reason);
    this.#controller?.abort(abortError());
  };
}

/** The error that undici gets; it is not shown. */
function abortError(): Error {
  return new Error('The answer is not wanted any more.');
}

function connectionError(error: Error): UpstreamError {
  return new UpstreamError({
    code: 'UPSTREAM_CONNECTION',
    status: 'UNKNOWN_ERROR',
    message: 'The connection to the upstream failed.',
    detail: describe(error),
  });
}

/** An error for each of a host's addresses comes as one that says nothing itself. */
function describe(error: unknown): string {
  return error instanceof AggregateError ? error.errors.map(String).join('; ') : String(error);
}
