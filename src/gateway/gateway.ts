import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';

import type { Access } from '../access/access.ts';
import type { Rate } from '../access/rate-limiter.ts';
import { redactUrl } from '../access/redact.ts';
import { wholeMillisecondsOf, type Instant } from '../protocol/timestamp.ts';
import type { ClientSets } from '../service/client-sets.ts';
import { LimitedLog } from '../service/limited-log.ts';
import type { LiveHub } from '../service/live/hub.ts';
import type { LocationService } from '../service/location-service.ts';
import type { ServerCounts } from '../service/server-counts.ts';
import type { Clock } from '../transport/channel.ts';
import { Consistency } from './api/consistency.ts';
import { formatClientId } from '../protocol/client-id.ts';
import { describeLocation } from './api/location.ts';
import { describeSign } from './api/sign-of-life.ts';
import { describeTransition } from './api/transition.ts';
import { apiRoutes } from './api/routes.ts';
import type { AnswerCommands } from './commands-port.ts';
import type { DemoPort } from './demo-port.ts';
import type { GatewayEvent, GatewayLog } from './events.ts';
import { LiveStreams } from './events/streams.ts';
import { HerdHistory, HISTORY_EVERY_MS } from './herd-history.ts';
import type { HerdSource } from './herd-source.ts';
import { Guard } from './http/guard.ts';
import { Application } from './http/application.ts';
import { herdOrigins } from './http/herd-origins.ts';
import type { HttpHandlers } from './http/listener.ts';
import { Arrivals } from './ingest/arrivals.ts';
import { Friends } from './friends/friends.ts';
import { Ingest } from './ingest/ingest.ts';
import type { MapOptions } from './map/options.ts';
import { Operations } from './ops/operations.ts';
import { recorderRoutes } from './recorder/routes.ts';
import { RequestRate } from './http/request-rate.ts';
import { Settling } from './settling.ts';

/** What the gateway needs. */
export interface GatewayParts {
  /** Where requests come from. */
  readonly server: Server;
  /** Whether that listens on loopback. */
  readonly isLoopback: boolean;
  /** The origins whose pages may call it (CORS), `*` for all; none: no page of another origin. */
  readonly origins: readonly string[];
  /** Where phones reach a gateway of the herd; `undefined`: where they reach this one. */
  readonly gatewayUrl: string | undefined;
  readonly service: LocationService;
  readonly herd: HerdSource;
  /** How many requests an address may send; `undefined`: any number. */
  readonly rate: () => Rate | undefined;
  /** The street map of the dashboard; `undefined`: there is none. */
  readonly map: () => MapOptions | undefined;
  /** What the server has counted up to now. */
  readonly counts: () => ServerCounts;
  /** Who may do what; `undefined`: everybody everything, which is for loopback alone. */
  readonly access: Access | undefined;
  readonly now: () => Instant;
  readonly clock: Clock;
  /** A random number from 0 to below 1. */
  readonly random: () => number;
  readonly log: GatewayLog;
  /** Who runs a demo for the whole herd; `undefined`: nobody. */
  readonly demo: DemoPort | undefined;
  /** Answers commands of the text protocol, as the client port does. */
  readonly answerCommands: AnswerCommands;
  /** Asks for a tick, soon. */
  readonly wake: () => void;
}

/** The HTTP front end of a server. */
export class Gateway {
  readonly #application: Application;
  readonly #settling: Settling;
  readonly #consistency: Consistency;
  readonly #streams: LiveStreams;
  readonly #sets: ClientSets;
  readonly #history = new HerdHistory();
  #cancelLook: () => void;
  /** What anybody can cause at any rate. */
  readonly #refusals: LimitedLog<GatewayEvent>;

  /** Makes a gateway, and loads the modules of its live updates. */
  static async create(parts: GatewayParts): Promise<Gateway> {
    const { service, herd, now, clock, log } = parts;
    const hub = await service.createLiveHub({
      encode: (location, geofences, lastSeen) =>
        JSON.stringify(describeLocation(location, now(), { geofences, lastSeen })),
      encodeSeen: (client, sign) =>
        JSON.stringify({ client: formatClientId(client), ...describeSign(sign) }),
      encodeTransition: (transition) => JSON.stringify(describeTransition(transition, now())),
      onGeofencesFull: () => log.write({ event: 'geofences-full' }),
      vector: herd.vector,
      startOf: herd.startOf,
      after: (delayMs, action) => clock.after(delayMs, action),
    });
    return new Gateway(parts, hub, await service.createClientSets());
  }

  private constructor(parts: GatewayParts, hub: LiveHub, sets: ClientSets) {
    const { server, isLoopback, origins, service, herd, counts, access } = parts;
    const { now, clock, random, log, wake } = parts;
    this.#refusals = new LimitedLog<GatewayEvent>(log);
    this.#settling = new Settling(wake);
    this.#consistency = new Consistency(herd.vector);
    const nowMs = (): number => wholeMillisecondsOf(now());
    this.#streams = new LiveStreams(hub, clock, random);
    this.#sets = sets;
    this.#cancelLook = this.#lookAtHerd(parts);
    const arrivals = new Arrivals(() => performance.now());
    const context = {
      service,
      herd,
      now,
      access,
      arrivals,
      map: parts.map,
      settling: this.#settling,
      consistency: this.#consistency,
      streams: this.#streams,
      history: this.#history,
      group: (name: string) => access?.group(name),
      groups: () => access?.groups ?? new Map<string, never>(),
      demo: parts.demo,
      answerCommands: parts.answerCommands,
    };
    // Phones cause lines at any rate: what one of them sends is of no use every few seconds.
    const friends = new Friends({ service, sets, isReplaying: herd.isReplaying, nowMs });
    const ingest = new Ingest({
      service,
      friends,
      now,
      randomBytes,
      log: this.#refusals,
      arrivals,
    });
    const operations = new Operations({
      server,
      herd,
      tracking: service.geofenceTracking,
      counts,
      hub,
      phones: () => ingest.counts,
    });
    this.#application = new Application({
      server,
      routes: apiRoutes(context, [...recorderRoutes({ ...context, sets }), ...operations.routes]),
      ingest,
      origins,
      gatewayUrl: parts.gatewayUrl,
      map: parts.map,
      herdOrigins: () => herdOrigins(herd.servers()),
      rate: new RequestRate(parts.rate),
      guard: new Guard({ access, origins, isLoopback, nowMs, log: this.#refusals }),
      onAnswered: ({ route, isStream, ...answered }) => {
        operations.http.note({ route, isStream, ...answered });
        const isRefused = answered.status >= 400 && answered.status < 500;
        const its = isRefused ? this.#refusals : log;
        its.write({ event: 'http-answered', ...answered, path: redactUrl(answered.path) });
      },
      onFailure: (error) => {
        const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
        log.write({ event: 'http-failed', detail });
      },
    });
  }

  /** Resolves to what answers requests. */
  ready(): Promise<HttpHandlers> {
    return this.#application.ready();
  }

  /** Lets reads go on that waited for what has come since. A phase of each tick. */
  work(): void {
    this.#settling.work();
    this.#sets.work();
    this.#consistency.check();
  }

  /** Sends subscribers what has changed. A phase of each tick, behind the replies. */
  flush(): void {
    this.#streams.flush();
  }

  /** Keeps how the herd does, from now on. */
  #lookAtHerd(parts: Pick<GatewayParts, 'herd' | 'now' | 'clock'>): () => void {
    const { herd, now, clock } = parts;
    this.#history.add(herd.servers(), wholeMillisecondsOf(now()));
    return clock.after(HISTORY_EVERY_MS, () => {
      this.#cancelLook = this.#lookAtHerd(parts);
    });
  }

  /** Ends its streams; done when what else has come is answered. */
  async close(): Promise<void> {
    this.#cancelLook();
    this.#streams.close();
    await this.#application.close();
    this.#refusals.endInterval();
  }
}
