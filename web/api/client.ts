import type { Gateways } from './gateways.ts';
import { ApiError, problemOf } from './problem.ts';

/** An answer takes no longer, in milliseconds: places of an upstream take some seconds. */
const ANSWERS_WITHIN_MS = 15_000;

/** What a request is made of, beside its path. */
export interface Ask {
  readonly method?: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** What asking the herd takes. */
export interface ApiParts {
  readonly gateways: Gateways;
  /** `undefined`: none. */
  readonly token: () => string | undefined;
  /** Called when a token is needed, or the one there is is not good. */
  readonly onUnauthorized: () => void;
}

/** Asks the herd's HTTP API, at the gateway that is the current one. */
export class Api {
  readonly #parts: ApiParts;

  constructor(parts: ApiParts) {
    this.#parts = parts;
  }

  /**
   * Asks, and reads the JSON that is answered; `undefined` where the answer has no body.
   *
   * @throws {ApiError} with a problem's code, or `no-answer`
   */
  async ask<T>(path: string, asked: Ask = {}): Promise<T> {
    const { signal } = asked;
    const timeout = AbortSignal.timeout(ANSWERS_WITHIN_MS);
    const both = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    const response = await this.open(path, { ...asked, signal: both });
    const text = await response.text();
    // What this program's own gateway answers is trusted to be as its schemas say.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /**
   * Asks, and returns the answer when it begins.
   *
   * @throws {ApiError}
   */
  async open(path: string, { method = 'GET', body, signal }: Ask): Promise<Response> {
    const { gateways, token, onUnauthorized } = this.#parts;
    const gateway = gateways.current;
    const bearer = token();
    const headers = {
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const init: RequestInit = { method, headers, cache: 'no-store', credentials: 'omit' };
    if (body !== undefined) init.body = JSON.stringify(body);
    if (signal !== undefined) init.signal = signal;
    let response;
    try {
      response = await fetch(gateway + path, init);
    } catch (error) {
      const isOurs = signal?.aborted === true && !(signal.reason instanceof DOMException);
      if (!isOurs) gateways.moveOn(gateway);
      throw new ApiError('no-answer', 0, 'no answer from the server', { cause: error });
    }
    if (response.ok) return response;
    if (response.status === 401) onUnauthorized();
    throw await problemOf(response);
  }
}
