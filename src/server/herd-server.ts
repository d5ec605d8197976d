import type { LocationService } from '../service/location-service.ts';
import type { Address } from '../transport/address.ts';
import type { PeerCertificate } from '../transport/certificate-proof.ts';
import type { Certificate } from '../transport/certificate.ts';
import type { ServerOptions } from './options.ts';

/** A running member of a herd. */
export interface HerdServer {
  /** Where it listens for clients, with the port that the system chose where 0 was asked. */
  readonly clients: Address;
  /** Where it listens for neighbours. */
  readonly peers: Address;
  /** What its front ends call, for those who have it in their own process. */
  readonly service: LocationService;
  /** Where its gateway listens; `undefined` where it has none. */
  readonly gateway: Address | undefined;
  /** Opens the log file again, after it was renamed. */
  reopenLog(): void;
  /**
   * Uses another certificate for new clients; existing connections continue. One that
   * cannot be used is logged and reported to `onTrouble`, and the old one stays.
   */
  renewCertificate(certificate: Certificate): void;
  /** The same for the certificate that this server proves itself with, and the links to come. */
  renewPeerCertificate(certificate: PeerCertificate): void;
  /**
   * Takes what of the options can change while it runs; what cannot stays as it is.
   *
   * @see reloadOptions
   * @throws {OptionError} where an option is not what it has to be; then nothing changes
   */
  reload(options: ServerOptions): void;
  /** Forgets the answers of the upstream of places, those on disk as well: the next ones are fresh. */
  forgetPlaces(): void;
  /** Stops: listeners first, then what is under way is answered within a bound, then all is closed. */
  close(): Promise<void>;
}
