import type { Rate } from '../access/rate-limiter.ts';
import { HttpListener } from '../gateway/http/listener.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Address } from '../transport/address.ts';
import type { Certificate } from '../transport/certificate.ts';
import type { MapOptions } from '../gateway/map/options.ts';
import { createGateway, type GatewayCreation } from './create-gateway.ts';

/**
 * The HTTP gateway of a server. Its port listens at once. What answers is loaded by the first request, or by
 * `open`: that takes two tenths of a second, in which a server could be ready for its other clients.
 */
export class GatewayPort {
  readonly #listener: HttpListener;
  #creation: Promise<Gateway> | undefined;
  #gateway: Gateway | undefined;
  #isClosing = false;
  #rate: Rate | undefined;
  #map: MapOptions | undefined;

  /** @throws {CertificateError} */
  constructor(parts: GatewayCreation) {
    this.#rate = parts.options.clientLimits.rate;
    this.#map = parts.options.map;
    const live = { rate: () => this.#rate, map: () => this.#map };
    this.#listener = new HttpListener(parts.options.gatewayCertificate, async () => {
      this.#creation = createGateway(this.#listener.server, live, parts);
      this.#gateway = await this.#creation;
      return this.#gateway.ready();
    });
  }

  /**
   * @returns the address that is listened on, with the port that the system chose where 0 was asked
   * @throws the system's error where it is not possible
   */
  listen(address: Address): Promise<Address> {
    return this.#listener.listen(address);
  }

  /** So that the first request finds it loaded. */
  async open(): Promise<void> {
    if (!this.#isClosing) await this.#listener.open();
  }

  /**
   * Takes another certificate for the connections to come; those there are go on.
   *
   * @throws {CertificateError} and keeps the one it has
   */
  renewCertificate(certificate: Certificate): void {
    this.#listener.renewCertificate(certificate);
  }

  /** Takes another limit to the requests of an address. */
  setRate(rate: Rate | undefined): void {
    this.#rate = rate;
  }

  /** Has the dashboard show another street map from the next time it is opened on. */
  setMap(map: MapOptions | undefined): void {
    this.#map = map;
  }

  /** Lets reads go on that waited for what has come since. A phase of each tick. */
  work(): void {
    this.#gateway?.work();
  }

  /** Sends subscribers what has changed. A phase of each tick, behind the replies. */
  flush(): void {
    this.#gateway?.flush();
  }

  /** Stops: listens no more, answers what has come, for `graceMs` at most. */
  async close(graceMs: number): Promise<void> {
    this.#isClosing = true;
    const closed = this.#listener.close(graceMs);
    const gateway = await this.#creation;
    await Promise.all([closed, gateway?.close()]);
  }
}
