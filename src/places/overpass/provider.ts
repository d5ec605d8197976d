import { askUpstream } from '../ask-upstream.ts';
import type { PlaceProvider } from '../provider.ts';
import { UpstreamError, type UpstreamFailure } from '../upstream-error.ts';
import { readAnswer } from './answer.ts';
import { overpassQuery } from './query.ts';
import { Slots } from './slots.ts';

const PATH = '/api/interpreter';

/** How many calls may be under way at once; public servers allow an address no more. */
const MOST_AT_ONCE = 2;

/** Of the whole process: the upstream counts by the address that calls come from. */
const SLOTS = new Slots(MOST_AT_ONCE);

/**
 * How long a server is left alone that has too much to do and does not say for how long, in
 * milliseconds. By then it has held the question back for up to 15 s already, in vain.
 */
const BUSY_WAIT_MS = 30_000;

/** What the provider needs to know. */
export interface OverpassOptions {
  /** The base URL, without a trailing slash; the interpreter's own URL is taken as well. */
  readonly url: string;
  /** Whom the server's operator can turn to, an e-mail address or a URL, in printable ASCII. */
  readonly contact: string | undefined;
  /** How long a whole answer may take, the wait for others' included, in milliseconds. */
  readonly deadlineMs: number;
}

/** OpenStreetMap's places by an Overpass server. */
export function createOverpassProvider(options: OverpassOptions): PlaceProvider {
  const { contact, deadlineMs } = options;
  const url = new URL(options.url.endsWith('/interpreter') ? options.url : options.url + PATH);
  const userAgent = contact === undefined ? 'proxy-herd' : `proxy-herd (${contact})`;
  return {
    name: 'overpass',
    async nearby(query, signal) {
      const since = performance.now();
      await takeSlot(deadlineMs, signal);
      try {
        const leftMs = Math.max(1, Math.ceil(deadlineMs - (performance.now() - since)));
        const call = {
          url,
          method: 'POST',
          headers: {
            'content-type': 'application/x-www-form-urlencoded',
            'user-agent': userAgent,
          },
          body: `data=${encodeURIComponent(overpassQuery(query, Math.ceil(leftMs / 1000)))}`,
          key: '',
          deadlineMs: leftMs,
          read: (json: unknown) => readAnswer(json, query),
          explain: explainFailure,
        } as const;
        return await askUpstream(call, signal);
      } finally {
        SLOTS.release();
      }
    },
  };
}

async function takeSlot(deadlineMs: number, signal: AbortSignal): Promise<void> {
  try {
    await SLOTS.take(AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]));
  } catch {
    signal.throwIfAborted();
    throw new UpstreamError({
      code: 'UPSTREAM_TIMEOUT',
      status: 'UNKNOWN_ERROR',
      message: `The upstream was not free within ${deadlineMs} ms.`,
      detail: `At most ${MOST_AT_ONCE} calls are under way at once.`,
    });
  }
}

/** 429 is for who asks too much, 504 for all while the server has too much to do. */
function explainFailure(
  failure: UpstreamFailure,
  { httpStatus }: { readonly httpStatus: number },
): UpstreamFailure {
  if (httpStatus !== 429 && httpStatus !== 504) return failure;
  return { ...failure, retryAfterMs: failure.retryAfterMs ?? BUSY_WAIT_MS };
}
