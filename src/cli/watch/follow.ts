import { setTimeout as delay } from 'node:timers/promises';
import { Backoff } from '../backoff.ts';
import { CliError, systemReason } from '../errors.ts';
import type { GatewayClient } from '../gateway-client.ts';
import { GatewayError } from '../gateway-error.ts';
import { SseError, SseParser, type SseEvent } from '../../client/sse-parser.ts';

/** Problems that pass: too many at once, a bad answer of what is between, not ready, not in time (RFC 9110). */
const PASSING = new Set([429, 502, 503, 504]);

/** What a stream of events is followed with. */
export interface FollowParts {
  readonly gateway: Pick<GatewayClient, 'request' | 'where'>;
  /** Path and query. */
  readonly path: string;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Takes an event; the next one waits for it. */
  readonly onEvent: (event: SseEvent) => Promise<void>;
  /** Told when a server is lost, and where it goes on. */
  readonly onNotice: (detail: string) => void;
}

/**
 * Follows a stream of events until the signal aborts. When the stream ends or breaks, it goes on after the last
 * event at a gateway that answers, the sooner the longer it had run.
 *
 * @throws {GatewayError} where no gateway answers at the start, or one refuses
 * @throws what `onEvent` throws
 */
export async function follow(parts: FollowParts): Promise<void> {
  const { gateway, signal, onNotice } = parts;
  const parser = { lastEventId: undefined as string | undefined };
  const backoff = new Backoff();
  let lastWhere: string | undefined;
  let isLost = false;
  while (!signal.aborted) {
    const startedMs = performance.now();
    try {
      await readStream(parts, parser, () => {
        if (isLost || (lastWhere ?? gateway.where) !== gateway.where) {
          onNotice(`going on at ${gateway.where}`);
        }
        isLost = false;
        lastWhere = gateway.where;
      });
    } catch (error) {
      if (signal.aborted) return;
      const reasons = passingReasons(error, gateway.where);
      if (reasons === undefined || lastWhere === undefined) throw error;
      if (!isLost) for (const reason of reasons) onNotice(reason);
      isLost = true;
    }
    await delay(backoff.next(performance.now() - startedMs), undefined, { signal }).catch(
      () => undefined,
    );
  }
}

/** Reads one answer to its end. */
async function readStream(
  { gateway, path, signal, onEvent }: FollowParts,
  state: { lastEventId: string | undefined },
  onOpen: () => void,
): Promise<void> {
  const { lastEventId } = state;
  const headers = {
    accept: 'text/event-stream',
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
  };
  const { body } = await gateway.request(path, { headers, signal });
  onOpen();
  const parser = new SseParser();
  const decoder = new TextDecoder();
  for await (const bytes of body as AsyncIterable<Uint8Array>) {
    for (const event of parser.push(decoder.decode(bytes, { stream: true }))) await onEvent(event);
    state.lastEventId = parser.lastEventId ?? state.lastEventId;
  }
}

/** Why a stream is lost that can go on; `undefined` for what does not pass. */
function passingReasons(error: unknown, where: string): readonly string[] | undefined {
  if (error instanceof GatewayError) {
    const isPassing = error.kind === 'unreachable' || PASSING.has(error.status ?? 0);
    return isPassing ? error.lines : undefined;
  }
  if (error instanceof CliError || error instanceof SyntaxError) return undefined;
  if (error instanceof SseError) return [`lost ${where}: ${error.message}`];
  const reason = systemReason(error) ?? (error instanceof Error ? error.message : String(error));
  return [`lost ${where}: ${reason}`];
}
