import type { AccessOptions } from '../access/rules.ts';
import { reloadOptions } from '../server/live-options.ts';
import type { ServerOptions } from '../server/options.ts';
import { CliError } from './errors.ts';
import { printMessage, printErrorLine } from './output.ts';

/** The options of servers by their names. */
export type OptionsByName = ReadonlyMap<string, ServerOptions>;

/** Where in the configuration an option comes from. */
const KEYS: Readonly<Record<keyof ServerOptions, string>> = {
  herd: 'herd',
  name: 'servers',
  clients: 'servers',
  peers: 'servers',
  neighbours: 'links',
  nats: 'replication',
  secrets: 'secretFile',
  peerCertificate: 'peerTls',
  clientCertificate: 'clientTls',
  access: 'access',
  gateway: 'servers',
  gatewayCertificate: 'gatewayTls',
  gatewayOrigins: 'gatewayOrigins',
  gatewayUrl: 'gatewayUrl',
  map: 'map',
  hooks: 'hooks',
  clientLimits: 'clientLimits',
  framing: 'framing',
  acknowledge: 'acknowledge',
  journalFolder: 'data',
  forgetMs: 'forget',
  tombstoneGraceMs: 'tombstoneGrace',
  maxClients: 'maxClients',
  maxMemoryBytes: 'maxMemory',
  places: 'places',
  logFile: 'logs',
  logLevel: 'logLevel',
};

/** What running servers run on, and how it changes when the configuration is read again. */
export class Reloading {
  #running: OptionsByName;
  readonly #read: () => Promise<OptionsByName>;
  /** One reload after the other. */
  #last: Promise<void> = Promise.resolve();

  /** @param read reads and checks the configuration, and throws `CliError` where that fails */
  constructor(running: OptionsByName, read: () => Promise<OptionsByName>) {
    this.#running = running;
    this.#read = read;
  }

  /**
   * Reads the access file alone again; where it is faulty all stays.
   *
   * @param read reads and checks it, and throws `CliError` where that fails
   * @param apply given what the servers are to run on from now on
   */
  reloadAccess(
    read: () => Promise<AccessOptions | undefined>,
    apply: (options: OptionsByName) => void,
  ): void {
    this.#last = this.#reloadAfter(this.#last, apply, async () => {
      const access = await read();
      return new Map(Array.from(this.#running, ([name, old]) => [name, { ...old, access }]));
    });
  }

  /**
   * Reads the configuration again. What cannot change while servers run is named on standard error, and stays;
   * where the configuration is faulty all stays.
   *
   * @param apply given what the servers are to run on from now on
   */
  reload(apply: (options: OptionsByName) => void): void {
    this.#last = this.#reloadAfter(this.#last, apply, this.#read);
  }

  async #reloadAfter(
    last: Promise<void>,
    apply: (options: OptionsByName) => void,
    read: () => Promise<OptionsByName>,
  ): Promise<void> {
    await last;
    const wanted = await this.#tryToRead(read);
    if (wanted === undefined) return;
    this.#running = this.#merge(wanted);
    apply(this.#running);
  }

  async #tryToRead(read: () => Promise<OptionsByName>): Promise<OptionsByName | undefined> {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      for (const line of error.lines) printErrorLine(line);
      printMessage('the configuration cannot be used; what runs stays as it is');
      return undefined;
    }
  }

  #merge(wanted: OptionsByName): OptionsByName {
    const keys = new Set<string>();
    if ([...wanted.keys()].some((name) => !this.#running.has(name))) keys.add('servers');
    const merged = [...this.#running].map(([name, old]) => {
      const { options, fixed } = reloadOptions(old, wanted.get(name) ?? old);
      if (!wanted.has(name)) keys.add('servers');
      for (const option of fixed) keys.add(KEYS[option]);
      return [name, options] as const;
    });
    if (keys.size > 0) {
      printMessage(
        `only a new start changes ${[...keys].join(', ')}; until then that stays as it is`,
      );
    }
    return new Map(merged);
  }
}
