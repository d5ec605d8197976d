import type { Access } from '../access/access.ts';
import type { ReplaceableSearch } from '../places/replaceable-search.ts';
import type { LocationService } from '../service/location-service.ts';
import type { TextFrontEnd } from '../text/front-end.ts';
import { CertificateProof, type PeerCertificate } from '../transport/certificate-proof.ts';
import { CertificateError, type Certificate } from '../transport/certificate.ts';
import type { PeerProof } from '../transport/peer-proof.ts';
import { SecretProof } from '../transport/secret-proof.ts';
import { requireUsableOptions } from './check-options.ts';
import type { PortKind } from './errors.ts';
import type { GatewayPort } from './gateway-port.ts';
import { reloadOptions, type LiveOptions } from './live-options.ts';
import type { Log } from './log.ts';
import { withinOpenFiles } from './open-files.ts';
import type { ServerOptions } from './options.ts';
import { createLinkKeys } from './peer-security.ts';
import { renewCertificate } from './renew-certificate.ts';
import type { ServerHooks } from './server-hooks.ts';

/** The parts of a running server that take other options. */
export interface ReloadedParts {
  readonly service: Pick<LocationService, 'setLimits'>;
  readonly text: Pick<TextFrontEnd, 'renewCertificate' | 'setLimits'>;
  /** `undefined`: the server has none, and comes to none while it runs. */
  readonly gateway: Pick<GatewayPort, 'renewCertificate' | 'setRate' | 'setMap'> | undefined;
  readonly access: Pick<Access, 'replace'> | undefined;
  readonly proof: PeerProof | undefined;
  readonly hooks: Pick<ServerHooks, 'replace'>;
  readonly search: Pick<ReplaceableSearch, 'replace'>;
  readonly log: Log;
  /** How many files the process may have open, where that is known. */
  readonly openFiles: number | undefined;
  readonly onTrouble: (detail: string) => void;
}

/** Has a running server take other options, as far as they can change while it runs. */
export class Reloader {
  readonly #parts: ReloadedParts;
  #options: ServerOptions;

  /** @param options those that the parts were made with */
  constructor(options: ServerOptions, parts: ReloadedParts) {
    this.#options = options;
    this.#parts = parts;
  }

  /** What the server runs on now. */
  get options(): ServerOptions {
    return this.#options;
  }

  /**
   * Takes what of the options can change; what cannot stays as it is.
   *
   * @throws {OptionError} where an option is not what it has to be; then nothing changes
   */
  reload(wanted: ServerOptions): void {
    const { openFiles, log } = this.#parts;
    requireUsableOptions(wanted);
    const within = withinOpenFiles(wanted, openFiles, log);
    const { options, changed } = reloadOptions(this.#options, within);
    this.#options = options;
    for (const option of changed) this.#apply(option);
    if (changed.length > 0) log.write({ event: 'reloaded', options: changed });
  }

  /** Has the clients' port take another certificate; one that cannot be used is reported, and the old one stays. */
  renewCertificate(certificate: Certificate): void {
    this.#renew('clients', certificate, () => this.#parts.text.renewCertificate(certificate));
  }

  /** The same for what this server proves itself with to its neighbours. */
  renewPeerCertificate(certificate: PeerCertificate): void {
    this.#renew('peers', certificate, () => {
      const { proof } = this.#parts;
      if (!(proof instanceof CertificateProof)) throw new CertificateError('TLS_NOT_SPOKEN');
      proof.renew(certificate);
    });
  }

  #renewGatewayCertificate(certificate: Certificate): void {
    this.#renew('gateway', certificate, () => this.#parts.gateway?.renewCertificate(certificate));
  }

  #renew(port: PortKind, certificate: Certificate, renew: () => void): void {
    const { log, onTrouble } = this.#parts;
    renewCertificate({ port, certificate, renew, log, onTrouble });
  }

  /** Has a changed option take effect. */
  #apply(option: keyof LiveOptions): void {
    const options = this.#options;
    const { service, text, gateway, access, proof, hooks, search, log } = this.#parts;
    switch (option) {
      case 'clientCertificate':
        if (options[option] !== undefined) this.renewCertificate(options[option]);
        return;
      case 'gatewayCertificate':
        if (options[option] !== undefined) this.#renewGatewayCertificate(options[option]);
        return;
      case 'peerCertificate':
        if (options[option] !== undefined) this.renewPeerCertificate(options[option]);
        return;
      case 'secrets':
        if (proof instanceof SecretProof) proof.renew(createLinkKeys(options));
        return;
      case 'access':
        if (options[option] !== undefined) access?.replace(options[option]);
        return;
      case 'map':
        return gateway?.setMap(options.map);
      case 'hooks':
        return hooks.replace(options.hooks);
      case 'clientLimits':
        gateway?.setRate(options.clientLimits.rate);
        return text.setLimits(options.clientLimits);
      case 'maxClients':
      case 'maxMemoryBytes':
        return service.setLimits(options);
      case 'places':
        return search.replace(options.places);
      case 'logLevel':
        return log.setLevel(options.logLevel);
    }
  }
}
