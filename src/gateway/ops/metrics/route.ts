import { z } from 'zod';

import { defineRoute, NOTHING, type Route } from '../../api/route.ts';
import type { MetricsSource } from './metric.ts';

/** What the server has counted, for Prometheus. What writes it down is loaded by the first request. */
export function metricsRoute(source: () => Promise<MetricsSource>): Route {
  return defineRoute({
    method: 'GET',
    path: '/metrics',
    name: 'getMetrics',
    summary: 'What the server has counted, for Prometheus',
    scope: 'operate',
    params: NOTHING,
    query: NOTHING,
    answers: {
      200: { description: "Prometheus' text format", content: { 'text/plain': z.string() } },
    },
    problems: [],
    handle: async () => {
      const { expose, EXPOSITION_TYPE } = await import('./exposition.ts');
      const body = await expose(await source());
      return {
        status: 200,
        type: EXPOSITION_TYPE,
        body,
        headers: { 'cache-control': 'no-store' },
      };
    },
  });
}
