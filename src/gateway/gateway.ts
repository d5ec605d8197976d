import type { Access } from '../access/access.ts';
import { redactUrl } from '../access/redact.ts';
import type { Instant } from '../protocol/timestamp.ts';
import type { LocationService } from '../service/location-service.ts';
import type { Address } from '../transport/address.ts';
import type { Certificate } from '../transport/certificate.ts';
import { Consistency } from './api/consistency.ts';
import { apiRoutes } from './api/routes.ts';
import type { GatewayLog } from './events.ts';
import { healthRoutes, Readiness } from './ops/health.ts';
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
  /** The most connections at once; further ones are closed. */
  readonly maxConnections: number;
  /** Who may do what; `undefined`: everybody everything, which is for loopback alone. */
  readonly access: Access | undefined;
  readonly now: () => Instant;
  readonly log: GatewayLog;
  /** Asks for a tick, soon. */
  readonly wake: () => void;
}

/** The HTTP front end of a server. */
export class Gateway {
  readonly #http: HttpServer;
  readonly #settling: Settling;
  readonly #consistency: Consistency;

  /** @throws {CertificateError} */
  constructor(parts: GatewayParts) {
    const {
      isLoopback,
      maxConnections,
      certificate,
      origins,
      service,
      herd,
      access,
      now,
      log,
      wake,
    } = parts;
    this.#settling = new Settling(wake);
    this.#consistency = new Consistency(herd.vector);
    const context = {
      service,
      herd,
      now,
      settling: this.#settling,
      consistency: this.#consistency,
      group: (name: string) => access?.group(name),
    };
    const readiness = new Readiness(herd, () => performance.now());
    const nowMs = (): number => now().seconds * 1000;
    this.#http = new HttpServer({
      routes: apiRoutes(context, healthRoutes(readiness)),
      certificate,
      maxConnections,
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

  /** Stops: listens no more, answers what has come, for `graceMs` at most. */
  close(graceMs: number): Promise<void> {
    return this.#http.close(graceMs);
  }
}
