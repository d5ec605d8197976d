import type { Access } from '../access/access.ts';
import { redactUrl } from '../access/redact.ts';
import type { Instant } from '../protocol/timestamp.ts';
import type { LocationService } from '../service/location-service.ts';
import type { Address } from '../transport/address.ts';
import type { Clock } from '../transport/channel.ts';
import type { Certificate } from '../transport/certificate.ts';
import { Consistency } from './api/consistency.ts';
import { describeLocation } from './api/location.ts';
import { apiRoutes } from './api/routes.ts';
import type { GatewayLog } from './events.ts';
import { LiveStreams } from './events/streams.ts';
import type { HerdSource } from './herd-source.ts';
import { Guard } from './http/guard.ts';
import { HttpServer } from './http/server.ts';
import { Settling } from './settling.ts';

/** What the gateway needs. */
export interface GatewayParts {
  /** Whether it is to listen on loopback. */
  readonly isLoopback: boolean;
  /** With one, it speaks HTTPS. */
  readonly certificate: Certificate | undefined;
  /** The origins whose pages may call it (CORS), `*` for all; none: no page of another origin. */
  readonly origins: readonly string[];
  readonly service: LocationService;
  readonly herd: HerdSource;
  /** Who may do what; `undefined`: everybody everything, which is for loopback alone. */
  readonly access: Access | undefined;
  readonly now: () => Instant;
  readonly clock: Clock;
  /** A random number from 0 to below 1. */
  readonly random: () => number;
  readonly log: GatewayLog;
  /** Asks for a tick, soon. */
  readonly wake: () => void;
}

/** The HTTP front end of a server. */
export class Gateway {
  readonly #http: HttpServer;
  readonly #settling: Settling;
  readonly #consistency: Consistency;
  readonly #streams: LiveStreams;

  /** @throws {CertificateError} */
  constructor(parts: GatewayParts) {
    const {
      isLoopback,
      certificate,
      origins,
      service,
      herd,
      access,
      now,
      clock,
      random,
      log,
      wake,
    } = parts;
    this.#settling = new Settling(wake);
    this.#consistency = new Consistency(herd.vector);
    const nowMs = (): number => now().seconds * 1000;
    const hub = service.createLiveHub({
      encode: (location) => JSON.stringify(describeLocation(location, now())),
      vector: herd.vector,
      startOf: herd.startOf,
      after: (delayMs, action) => clock.after(delayMs, action),
      now: nowMs,
    });
    this.#streams = new LiveStreams(hub, clock, random);
    const context = {
      service,
      herd,
      now,
      settling: this.#settling,
      consistency: this.#consistency,
      streams: this.#streams,
      group: (name: string) => access?.group(name),
    };
    this.#http = new HttpServer({
      routes: apiRoutes(context),
      certificate,
      origins,
      guard: new Guard({ access, isLoopback, nowMs, log }),
      onAnswered: (answered) => {
        log.write({ event: 'http-answered', ...answered, path: redactUrl(answered.path) });
      },
      onFailure: (error) => {
        const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
        log.write({ event: 'http-failed', detail });
      },
    });
  }

  /** @throws the system's error where it is not possible to listen */
  listen(address: Address): Promise<Address> {
    return this.#http.listen(address);
  }

  /**
   * Takes another certificate for the connections to come; those there are go on.
   *
   * @throws {CertificateError} and keeps the one it has
   */
  renewCertificate(certificate: Certificate): void {
    this.#http.renewCertificate(certificate);
  }

  /** Lets reads go on that waited for what has come since. A phase of each tick. */
  work(): void {
    this.#settling.work();
    this.#consistency.check();
  }

  /** Sends subscribers what has changed. A phase of each tick, behind the replies. */
  flush(): void {
    this.#streams.flush();
  }

  /** Stops: listens no more, answers what has come, for `graceMs` at most. */
  close(graceMs: number): Promise<void> {
    this.#streams.close();
    return this.#http.close(graceMs);
  }
}
