import { askUpstream } from '../ask-upstream.ts';
import type { HttpClient } from '../http/http-client.ts';
import type { PlaceProvider, PlaceTraits, SourceAnswer } from '../provider.ts';
import type { UpstreamFailure } from '../upstream-error.ts';
import { readAnswer } from './answer.ts';
import { hasKinds } from '../osm/kinds.ts';
import { overpassQuery } from './query.ts';

const PATH = '/api/interpreter';

/**
 * How long a server is left alone that has too much to do and does not say for how long, in
 * milliseconds. By then it has already queued the query for up to 15 s.
 */
const BUSY_WAIT_MS = 30_000;

/** What the provider needs to know. */
export interface OverpassOptions {
  /** The base URL, without a trailing slash; the interpreter's own URL is taken as well. */
  readonly url: string;
  /** A contact for the server's operator, an e-mail address or a URL, in printable ASCII. */
  readonly contact: string | undefined;
  /** How long the server may take over an answer, in milliseconds. */
  readonly deadlineMs: number;
}

/** What is to be known of the answers. */
export const OVERPASS_TRAITS: PlaceTraits = {
  ranking: 'both',
  languages: 'all',
  typesPerCall: 'several',
  tellsTypes: true,
  typesFor: (type) => (hasKinds(type) ? [type] : []),
};

/** OpenStreetMap's places by an Overpass server. */
export function createOverpassProvider(options: OverpassOptions, http: HttpClient): PlaceProvider {
  const { contact, deadlineMs } = options;
  const url = new URL(options.url.endsWith('/interpreter') ? options.url : options.url + PATH);
  const userAgent = contact === undefined ? 'proxy-herd' : `proxy-herd (${contact})`;
  return {
    name: 'overpass',
    async nearby(query, call) {
      const request = {
        url,
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          'user-agent': userAgent,
        },
        body: `data=${encodeURIComponent(overpassQuery(query, Math.ceil(deadlineMs / 1000)))}`,
      } as const;
      const read = (json: unknown): SourceAnswer => readAnswer(json, query);
      return askUpstream({ request, key: '', read, explain: explainFailure }, http, call);
    },
  };
}

/** 429 is for a client that asks too much, 504 for all clients while the server has too much to do. */
function explainFailure(
  failure: UpstreamFailure,
  { httpStatus }: { readonly httpStatus: number },
): UpstreamFailure {
  if (httpStatus !== 429 && httpStatus !== 504) return failure;
  return { ...failure, retryAfterMs: failure.retryAfterMs ?? BUSY_WAIT_MS };
}
