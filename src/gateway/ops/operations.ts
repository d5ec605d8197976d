import type { Server } from 'node:http';

import type { GeofenceTracking } from '../../service/geofences/geofence-tracking.ts';
import type { LiveHub } from '../../service/live/hub.ts';
import type { ServerCounts } from '../../service/server-counts.ts';
import type { Route } from '../api/route.ts';
import type { HerdSource } from '../herd-source.ts';
import type { PhoneCounts } from '../ingest/ingest.ts';
import { healthRoute, readinessRoute } from './health.ts';
import { HttpCounts } from './http-counts.ts';
import type { MetricsSource } from './metrics/metric.ts';
import { metricsRoute } from './metrics/route.ts';
import { unreadyBecause, type Readiness } from './readiness.ts';

/** What the operator's routes speak of. */
export interface OperationsParts {
  /** Where the gateway's connections come from. */
  readonly server: Server;
  readonly herd: HerdSource;
  /** Who is in geofences. */
  readonly tracking: Pick<GeofenceTracking, 'isReady'>;
  readonly counts: () => ServerCounts;
  readonly hub: Pick<LiveHub, 'counts' | 'subscribers'>;
  readonly phones: () => PhoneCounts;
}

/** What an operator asks a server: whether it is well, and what it has counted. */
export class Operations {
  readonly http = new HttpCounts();
  readonly routes: readonly Route[];
  readonly #parts: OperationsParts;

  constructor(parts: OperationsParts) {
    this.#parts = parts;
    this.routes = [
      healthRoute(),
      readinessRoute(() => this.#readiness()),
      metricsRoute(() => this.#collect()),
    ];
  }

  #readiness(): Readiness {
    const { herd, tracking } = this.#parts;
    const isStarting = herd.isReplaying() || !tracking.isReady;
    return { isStarting, isAlone: herd.isAlone, hasCaughtUp: herd.hasCaughtUp() };
  }

  async #collect(): Promise<MetricsSource> {
    const { server: listening, herd, counts, hub, phones } = this.#parts;
    const httpConnections = await new Promise<number>((resolve, reject) => {
      listening.getConnections((error, count) => (error ? reject(error) : resolve(count)));
    });
    return {
      herd: herd.herd,
      server: herd.server,
      version: herd.version,
      isReady: unreadyBecause(this.#readiness()) === undefined,
      counts: counts(),
      http: this.http,
      httpConnections,
      phones: phones(),
      live: { ...hub.counts, subscribers: hub.subscribers },
    };
  }
}
