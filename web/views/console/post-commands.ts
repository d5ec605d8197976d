import { failureOf } from '../../state/request.ts';
import { token } from '../../state/session.ts';
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
    const said = new TextDecoder().decode(answer);
    return { kind: 'failed', reason: failureOf(gateway, response.status, said).message };
  } catch {
    return { kind: 'failed', reason: 'The server does not answer. Choose another one.' };
  }
}
