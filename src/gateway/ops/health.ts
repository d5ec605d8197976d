import { z } from 'zod';

import { defineRoute, jsonAnswer, NOTHING, type Route } from '../api/route.ts';
import type { HerdSource } from '../herd-source.ts';
import { Problem, retryAfter } from '../http/problems.ts';

/** With less than so many seconds of lag a server counts as caught up: reports are always on their way. */
const CAUGHT_UP_SECONDS = 5;
/** A server that has found no neighbour for so long after its start serves what it has, in milliseconds. */
const ALONE_AFTER_MS = 30_000;

const stateSchema = z.object({ status: z.literal('ok') });
const OK = { status: 'ok' } as const;
const FRESH = { 'cache-control': 'no-store' };

/** Whether a server is to be sent questions. It stays ready once it was: what it has is worth an answer. */
export class Readiness {
  readonly #herd: HerdSource;
  readonly #nowMs: () => number;
  readonly #startMs: number;
  #isReady = false;

  /** @param nowMs in milliseconds, on any clock that does not go back */
  constructor(herd: HerdSource, nowMs: () => number) {
    this.#herd = herd;
    this.#nowMs = nowMs;
    this.#startMs = nowMs();
  }

  /** Why it is not ready; `undefined` where it is. */
  get obstacle(): string | undefined {
    if (this.#isReady) return undefined;
    const obstacle = this.#look();
    this.#isReady = obstacle === undefined;
    return obstacle;
  }

  #look(): string | undefined {
    const herd = this.#herd;
    if (herd.isReplaying()) return 'it is reading its journal';
    const links = herd.links();
    const isAlone = !links.some(({ isUp }) => isUp);
    if (links.length === 0) return undefined;
    if (isAlone) {
      const isLate = this.#nowMs() - this.#startMs >= ALONE_AFTER_MS;
      return isLate ? undefined : 'no neighbour is linked yet';
    }
    const behind = herd.lag().origins.filter(({ seconds }) => seconds >= CAUGHT_UP_SECONDS);
    if (behind.length === 0) return undefined;
    return `it lacks reports of ${behind.map(({ name }) => name).join(', ')}`;
  }
}

/** Whether the process serves, and whether it is to be sent questions. */
export function healthRoutes(readiness: Readiness): Route[] {
  const common = { method: 'GET', scope: 'public', params: NOTHING, query: NOTHING } as const;
  const content = { 'application/json': stateSchema };
  return [
    defineRoute({
      ...common,
      path: '/healthz',
      name: 'getHealth',
      summary: 'Whether the server answers',
      answers: { 200: { description: 'It does', content } },
      problems: [],
      handle: () => jsonAnswer(OK, FRESH),
    }),
    defineRoute({
      ...common,
      path: '/readyz',
      name: 'getReadiness',
      summary:
        'Whether the server has read its journal and caught up with a neighbour since its start',
      answers: { 200: { description: 'It has', content } },
      problems: ['not-ready'],
      handle: () => {
        const { obstacle } = readiness;
        if (obstacle === undefined) return jsonAnswer(OK, FRESH);
        throw new Problem('not-ready', obstacle, {}, retryAfter(1));
      },
    }),
  ];
}
