import { lookup } from 'node:dns';
import type { IncomingHttpHeaders } from 'node:http';
import ipaddr from 'ipaddr.js';
import { Agent, type Dispatcher } from 'undici/index.js';

import { parseRetryAfter } from '../../protocol/retry-after.ts';
import { AddressRefusedError, guardedLookup, refusalOf, type AddressRule } from './address-rule.ts';
import type { HookPoster, HookRequest, PosterOptions } from './hook-poster.ts';
import type { AttemptOutcome } from './retry.ts';

/** How long connecting may take, in milliseconds. */
const CONNECT_MS = 10_000;
/** How much of an answer's body is read, in bytes. Nothing is made of it; it only frees the connection for the next request. */
const MAX_BODY_BYTES = 64 * 1024;
/** How long that may take, in milliseconds: what comes slower costs the connection, and no success. */
const BODY_MS = 1_000;
/** How many redirects of one request are followed. */
const MAX_REDIRECTS = 3;
/** Those that keep method and body (RFC 9110, section 15.4). */
const FOLLOWED = new Set([307, 308]);
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Posts what a hook sends, on one connection that is kept for the next request. It connects by itself, through no
 * proxy: which addresses may be connected to is decided here.
 */
export class Poster implements HookPoster {
  readonly #options: PosterOptions;
  /** By the protocol of URLs: encrypted connections may go elsewhere than others. */
  readonly #agents = new Map<string, Agent>();
  /** The last request. */
  #underWay: Promise<unknown> = Promise.resolve();

  constructor(options: PosterOptions) {
    this.#options = options;
  }

  post(request: HookRequest): Promise<AttemptOutcome> {
    const outcome = this.#post(request);
    this.#underWay = outcome;
    return outcome;
  }

  async close(): Promise<void> {
    await this.#underWay;
    // Not `close()`, which would wait for a connection that is still being made.
    await Promise.all(Array.from(this.#agents.values(), (agent) => agent.destroy()));
  }

  async #post(request: HookRequest): Promise<AttemptOutcome> {
    const { timeoutMs, stop } = request;
    const ended = new AbortController();
    const end = (code: 'timeout' | 'stopping'): void => ended.abort(code);
    const onStop = (): void => end('stopping');
    const timer = setTimeout(() => end('timeout'), timeoutMs);
    stop.addEventListener('abort', onStop, { once: true });
    if (stop.aborted) onStop();
    try {
      return await this.#follow(request, ended.signal);
    } catch (error) {
      return outcomeOf(error, ended.signal);
    } finally {
      clearTimeout(timer);
      stop.removeEventListener('abort', onStop);
    }
  }

  async #follow(request: HookRequest, signal: AbortSignal): Promise<AttemptOutcome> {
    let url = new URL(request.url);
    for (let redirects = 0; ; redirects++) {
      const { statusCode: status, headers, body } = await this.#send(url, request, signal);
      await discard(body);
      if (!REDIRECTS.has(status)) return answered(status, headers);
      const next = this.#nextOf(url, status, headers);
      if (next === undefined || redirects === MAX_REDIRECTS) return redirected(status);
      url = next;
    }
  }

  #send(
    url: URL,
    { headers, body }: HookRequest,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const rule = this.#ruleOf(url);
    // The lookup is not asked for what is an address already.
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const refusal = ipaddr.isValid(host) ? refusalOf(host, rule) : undefined;
    if (refusal !== undefined) throw new AddressRefusedError(refusal);
    return this.#agentOf(url, rule).request({
      origin: url.origin,
      path: url.pathname + url.search,
      method: 'POST',
      headers,
      body,
      signal,
    });
  }

  #ruleOf({ protocol }: URL): AddressRule {
    return { allowPrivate: this.#options.allowPrivate, isEncrypted: protocol === 'https:' };
  }

  #agentOf({ protocol }: URL, rule: AddressRule): Agent {
    const known = this.#agents.get(protocol);
    if (known !== undefined) return known;
    const agent = new Agent({
      connections: 1,
      connect: { timeout: CONNECT_MS, lookup: guardedLookup(lookup, rule) },
      // A request has a deadline of its own.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.#agents.set(protocol, agent);
    return agent;
  }

  /** Where a redirect leads; `undefined` where it is not followed. */
  #nextOf(from: URL, status: number, { location }: IncomingHttpHeaders): URL | undefined {
    if (!this.#options.followRedirects || !FOLLOWED.has(status)) return undefined;
    if (location === undefined || !URL.canParse(location, from.href)) return undefined;
    const next = new URL(location, from);
    const isAsSafe = next.protocol === 'https:' || next.protocol === from.protocol;
    return isAsSafe && next.username === '' && next.password === '' ? next : undefined;
  }
}

/** Reads a body that nobody needs, so far as that is worth its while. */
async function discard(body: Dispatcher.ResponseData['body']): Promise<void> {
  const signal = AbortSignal.timeout(BODY_MS);
  await body.dump({ limit: MAX_BODY_BYTES, signal }).catch(() => undefined);
}

function answered(status: number, headers: IncomingHttpHeaders): AttemptOutcome {
  const retryAfterMs = parseRetryAfter(headers['retry-after'] ?? '', Date.now());
  return { kind: 'answered', status, retryAfterMs };
}

function redirected(status: number): AttemptOutcome {
  return { kind: 'failed', code: 'redirected', detail: `it was answered with ${status}` };
}

/** What an error says, without the URL, which may be a secret. */
function outcomeOf(error: unknown, { aborted, reason }: AbortSignal): AttemptOutcome {
  if (aborted) {
    return reason === 'timeout'
      ? { kind: 'failed', code: 'timeout', detail: 'there was no answer in time' }
      : { kind: 'failed', code: 'stopping', detail: 'this server stops' };
  }
  if (error instanceof AddressRefusedError) {
    return { kind: 'failed', code: 'address-refused', detail: error.message };
  }
  return { kind: 'failed', code: 'unreachable', detail: describe(error) };
}

/** An error for each of a host's addresses comes as one that says nothing itself. */
function describe(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describe).join('; ');
  return error instanceof Error ? error.message : String(error);
}
