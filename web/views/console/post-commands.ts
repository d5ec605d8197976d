import { ProblemError } from 'proxy-herd/client';

import { noteUnauthorized } from '../../state/connection.ts';
import { token } from '../../state/session.ts';
import { isObject } from '../../state/shape.ts';
import type { Outcome } from './exchange.ts';

/** A server answers within thirty seconds, or says that it cannot, in milliseconds. */
const ANSWERS_WITHIN_MS = 35_000;

/** Sends commands of the text protocol to the gateway of a server. What goes wrong is said in words. */
export async function postCommands(gateway: string, bytes: Uint8Array): Promise<Outcome> {
  const shown = token.peek();
  const startMs = performance.now();
  try {
    const response = await fetch(`${gateway}/v1/commands`, {
      method: 'POST',
      headers: {
        'content-type': 'application/octet-stream',
        ...(shown === undefined ? {} : { authorization: `Bearer ${shown}` }),
      },
      body: Uint8Array.from(bytes),
      signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
      redirect: 'error',
      credentials: 'omit',
    });
    const answer = new Uint8Array(await response.arrayBuffer());
    const tookMs = performance.now() - startMs;
    if (response.ok) return { kind: 'answered', bytes: answer, tookMs };
    return { kind: 'failed', reason: reasonOf(gateway, response.status, answer) };
  } catch {
    return { kind: 'failed', reason: 'The server does not answer. Choose another one.' };
  }
}

function reasonOf(gateway: string, status: number, answer: Uint8Array): string {
  const problem = parseJson(new TextDecoder().decode(answer));
  const error = isObject(problem) ? ProblemError.of(gateway, problem) : undefined;
  if (error === undefined) return `HTTP status ${status}`;
  noteUnauthorized(error);
  return error.message;
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
