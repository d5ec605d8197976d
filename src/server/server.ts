import { Access } from '../access/access.ts';
import type { Address } from '../transport/address.ts';
import type { Certificate } from '../transport/certificate.ts';

import { Links } from '../replication/flood/links.ts';
import { CertificateProof, type PeerCertificate } from '../transport/certificate-proof.ts';
import { SecretProof } from '../transport/secret-proof.ts';
import type { PeerProof } from '../transport/peer-proof.ts';
import type { ChannelServer } from '../transport/channel.ts';
import { TcpChannels } from '../transport/tcp-channels.ts';
import { TCP } from '../transport/tcp-transport.ts';
import type { World } from '../replication/flood/world.ts';
import { LocationStore, type StoreSizes } from '../store/store.ts';
import { ReplaceableSearch } from '../places/replaceable-search.ts';
import { CommitGate, type CommitState } from '../service/commit-gate.ts';
import { LocationService } from '../service/location-service.ts';
import { CertificateError, tlsOptions, validTo } from '../transport/certificate.ts';
import { TextFrontEnd } from '../text/front-end.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { requireUsableOptions } from './check-options.ts';
import { ListenError, type PortKind } from './errors.ts';
import { createGateway } from './create-gateway.ts';
import { keepHorizon, startSweeping } from './forgetting.ts';
import { logLinks } from './link-log.ts';
import { NO_LOG, openLog, type Log } from './log.ts';
import { type LiveOptions, reloadOptions } from './live-options.ts';
import { connectionsWithin, readOpenFilesLimit } from './open-files.ts';
import type { ServerOptions } from './options.ts';
import { createPeerPort } from './peer-port.ts';
import { createLinkKeys, createProof, requirePeerSecurity } from './peer-security.ts';
import { NOTHING_KEPT, ServerJournal } from './server-journal.ts';
import { Tick } from './tick.ts';
import { createWallClock } from './wall-clock.ts';
import { createWorld } from './world.ts';

/** How long a stopping server waits for answers that are under way, in milliseconds. */
const GRACE_MS = 500;
/** How long it then waits for its neighbours to have all that it has, in milliseconds. */
const DRAIN_MS = 2000;
/**
 * Recent changes are kept beside the table, so that links and journal that keep up need not read it: a
 * tenth of a second at the highest rates.
 */
const WINDOW_BYTES = 8 * 1024 * 1024;
const WINDOW_CHANGES = 65_536;
/** The most clients for which rows are reserved at the start; a table that outgrows them is moved. */
const MAX_RESERVED_CLIENTS = 4_000_000;
/**
 * How long after a start the places are loaded, in milliseconds, unless a question for some comes before: the
 * other servers of the machine, which start as well, have the processor to themselves until then.
 */
const LOAD_PLACES_AFTER_MS = 1000;
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
   * Takes another certificate for the clients to come; connections that there are go on. One that
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

/**
 * Starts one server of a herd: opens its journal and listens. Then, while it serves, it takes its journal
 * into memory, and dials its neighbours when that is done.
 *
 * @param onTrouble called with a message for the operator where something is wrong but does not stop the server
 * @throws {OptionError} where an option is not what it has to be
 * @throws {PeerSecurityError} where links cannot be protected as the options say, or are not beyond loopback
 * @throws {CertificateError} where a certificate cannot be used
 * @throws {ListenError} where a port cannot be listened on
 * @throws {LogError} where the log file cannot be opened
 * @throws {JournalError} where the journal cannot be used
 */
export async function startServer(
  options: ServerOptions,
  onTrouble: (detail: string) => void,
): Promise<HerdServer> {
  requireUsableOptions(options);
  requirePeerSecurity(options);
  const proof = createProof(options);
  if (options.clientCertificate !== undefined) tlsOptions(options.clientCertificate);
  if (options.gatewayCertificate !== undefined) tlsOptions(options.gatewayCertificate);
  const { herd, name, logFile, journalFolder } = options;
  const log = logFile === undefined ? NO_LOG : await openLog(logFile, options.logLevel, onTrouble);
  let journal: ServerJournal | undefined;
  let member: Member | undefined;
  try {
    if (journalFolder !== undefined) {
      journal = await ServerJournal.open(journalFolder, herd, name);
    }
    const openFiles = await readOpenFilesLimit();
    member = new Member(options, openFiles, proof, log, journal, onTrouble);
    await member.listen();
    member.join();
  } catch (error) {
    if (member !== undefined) await member.close();
    else {
      await journal?.close();
      await log.close();
    }
    throw error;
  }
  return member;
}

/** The options, with no more clients than the system has files for. */
function withinOpenFiles(
  options: ServerOptions,
  files: number | undefined,
  log: Log,
): ServerOptions {
  const { clientLimits } = options;
  const connections = files === undefined ? Infinity : connectionsWithin(files);
  if (files === undefined || clientLimits.connections <= connections) return options;
  log.write({ event: 'few-files', files, connections });
  return { ...options, clientLimits: { ...clientLimits, connections } };
}

function storeSizes({ maxClients }: ServerOptions): StoreSizes {
  return {
    clients: Math.min(maxClients, MAX_RESERVED_CLIENTS),
    windowBytes: WINDOW_BYTES,
    windowChanges: WINDOW_CHANGES,
  };
}

/** One server of a herd, put together of its parts. */
class Member implements HerdServer {
  clients: Address;
  peers: Address;
  gateway: Address | undefined;
  #options: ServerOptions;
  /** How many files the process may have open, where that is known. */
  readonly #openFiles: number | undefined;
  readonly #proof: PeerProof | undefined;
  readonly #log: Log;
  readonly #onTrouble: (detail: string) => void;
  readonly #now = createWallClock();
  readonly #store: LocationStore;
  readonly #journal: ServerJournal | undefined;
  readonly #world: World;
  readonly #links: Links;
  readonly #peerPort: ChannelServer;
  readonly #clientPort: TextFrontEnd;
  #gateway: Gateway | undefined;
  readonly #tick = new Tick();
  readonly #search: ReplaceableSearch;
  readonly service: LocationService;
  readonly #access: Access | undefined;
  #isClosing = false;
  /** What ends forgetting. */
  readonly #forgetting: (() => void)[] = [];

  constructor(
    wanted: ServerOptions,
    openFiles: number | undefined,
    proof: PeerProof | undefined,
    log: Log,
    journal: ServerJournal | undefined,
    onTrouble: (detail: string) => void,
  ) {
    const options = withinOpenFiles(wanted, openFiles, log);
    this.#options = options;
    this.#openFiles = openFiles;
    this.#proof = proof;
    this.clients = options.clients;
    this.peers = options.peers;
    this.#log = log;
    this.#journal = journal;
    this.#onTrouble = onTrouble;
    this.#store = new LocationStore(journal?.head ?? 0, storeSizes(options));

    const wake = (): void => this.#tick.request();
    const channels = new TcpChannels(proof, wake);
    this.#world = createWorld(options.neighbours, channels, this.#now, wake);
    this.#search = new ReplaceableSearch(options.places, {
      onFault: (fault) => log.write({ event: 'places-fault', ...fault }),
    });
    const gate =
      options.acknowledge === 'received' ? undefined : new CommitGate(() => this.#commitState());
    const service = this.#createService(gate);
    this.service = service;
    this.#access = options.access && new Access(options.access);
    const membership = {
      herd: options.herd,
      server: options.name,
      neighbours: options.neighbours.map((neighbour) => neighbour.name),
      epoch: () => service.epoch,
      confirming: options.acknowledge === 'neighbours',
      tombstoneGraceMs: options.tombstoneGraceMs,
      withdraw: (slot: number) => service.withdraw(slot),
    };
    this.#links = new Links(membership, this.#store, this.#world, logLinks(log));
    this.#peerPort = createPeerPort(this.#links, channels);

    this.#clientPort = this.#createClientPort(service, wake);

    const tick = this.#tick;
    tick.register('begin', () => service.beginTick());
    tick.register('links in', () => channels.work());
    tick.register('clients in', () => this.#clientPort.work());
    tick.register('clients in', () => this.#gateway?.work());
    tick.register('links out', () => this.#links.flush());
    tick.register('commit', () => service.commit());
    tick.register('replies out', () => this.#clientPort.flush());
    tick.register('streams out', () => this.#gateway?.flush());
    tick.register('journal', () => this.#journal?.flush());
    journal?.begin({
      store: this.#store,
      vector: () => this.#links.vector,
      contacts: () => this.#links.contacts,
      after: (delayMs, action) => this.#world.clock.after(delayMs, action),
      wake,
      isPromised: options.acknowledge === 'journaled',
      log,
      onTrouble,
    });
  }

  async listen(): Promise<void> {
    this.#forgetting.push(keepHorizon(this.#store, this.#options, this.#now));
    const { herd, name, clients, peers, gateway } = this.#options;
    this.clients = await this.#listenOn('clients', clients, this.#clientPort);
    this.peers = await this.#listenOn('peers', peers, this.#peerPort);
    if (gateway !== undefined) {
      this.#gateway = await this.#createGateway();
      this.gateway = await this.#listenOn('gateway', gateway, this.#gateway);
    }
    const ports = { clients: this.clients, peers: this.peers, gateway: this.gateway };
    this.#log.write({ event: 'start', herd, server: name, ...ports, pid: process.pid });
  }

  /** Becomes one of the herd: at once, or once what the journal kept is in memory. */
  join(): void {
    void this.#join().catch((error: unknown) => {
      if (!this.#isClosing) throw error; // one that stops meanwhile does not join
    });
  }

  async #join(): Promise<void> {
    const { vector, contacts } = (await this.#journal?.replay()) ?? NOTHING_KEPT;
    if (this.#isClosing) return;
    this.#forgetting.push(startSweeping(this.#store, () => this.#journal?.forget()));
    if (this.#store.mayForget) this.#journal?.forget(); // what came of age since it was written
    this.#links.start(vector, contacts);
    this.#tick.request();
    setTimeout(() => this.#openSearch(), LOAD_PLACES_AFTER_MS).unref();
  }

  /** So that the first question finds it loaded. */
  #openSearch(): void {
    if (!this.#isClosing) void this.#search.open();
  }

  reopenLog(): void {
    this.#log.reopen();
  }

  renewCertificate(certificate: Certificate): void {
    this.#renew('clients', certificate, () => this.#clientPort.renewCertificate(certificate));
  }

  renewPeerCertificate(certificate: PeerCertificate): void {
    this.#renew('peers', certificate, () => {
      if (!(this.#proof instanceof CertificateProof)) throw new CertificateError('TLS_NOT_SPOKEN');
      this.#proof.renew(certificate);
    });
  }

  #renewGatewayCertificate(certificate: Certificate): void {
    this.#renew('gateway', certificate, () => this.#gateway?.renewCertificate(certificate));
  }

  #renew(port: PortKind, certificate: Certificate, renew: () => void): void {
    try {
      renew();
      this.#log.write({ event: 'certificate-renewed', port, validTo: validTo(certificate) });
    } catch (error) {
      if (!(error instanceof CertificateError)) throw error;
      const { code, message: detail } = error;
      this.#log.write({ event: 'certificate-rejected', port, code, detail });
      this.#onTrouble(`the new certificate is not used: ${detail}`);
    }
  }

  reload(wanted: ServerOptions): void {
    requireUsableOptions(wanted);
    const within = withinOpenFiles(wanted, this.#openFiles, this.#log);
    const { options, changed } = reloadOptions(this.#options, within);
    this.#options = options;
    for (const option of changed) this.#apply(option);
    if (changed.length > 0) this.#log.write({ event: 'reloaded', options: changed });
  }

  forgetPlaces(): void {
    void this.#search.clear();
    this.#log.write({ event: 'places-forgotten' });
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    const peersClosed = this.#peerPort.close();
    await Promise.all([this.#clientPort.close(GRACE_MS), this.#gateway?.close(GRACE_MS)]);
    await this.#drain();
    for (const end of this.#forgetting) end();
    this.#links.stop();
    await peersClosed;
    await this.#journal?.close();
    await this.#search.close();
    this.#log.write({ event: 'stop' });
    await this.#log.close();
  }

  /** Leaves nothing that only this server has, as far as neighbours take it. */
  async #drain(): Promise<void> {
    for (const neighbour of await this.#links.drain(DRAIN_MS)) {
      const detail = `it did not confirm within ${DRAIN_MS / 1000} s all that it was to be sent`;
      this.#log.write({ event: 'drain-failed', neighbour, detail });
    }
  }

  /** Has a changed option take effect. */
  #apply(option: keyof LiveOptions): void {
    const options = this.#options;
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
        if (this.#proof instanceof SecretProof) this.#proof.renew(createLinkKeys(options));
        return;
      case 'access':
        if (options[option] !== undefined) this.#access?.replace(options[option]);
        return;
      case 'clientLimits':
        return this.#clientPort.setLimits(options.clientLimits);
      case 'maxClients':
      case 'maxMemoryBytes':
        return this.service.setLimits(options);
      case 'places':
        return this.#search.replace(options.places);
      case 'logLevel':
        return this.#log.setLevel(options.logLevel);
    }
  }

  #createService(gate: CommitGate | undefined): LocationService {
    const { name: server } = this.#options;
    return new LocationService({
      server,
      store: this.#store,
      search: this.#search,
      now: this.#now,
      limits: this.#options,
      gate,
      replay: this.#journal ?? { replaying: false, replayed: Promise.resolve() },
      wake: () => this.#tick.request(),
    });
  }

  #createClientPort(service: LocationService, wake: () => void): TextFrontEnd {
    const { framing, clientLimits: limits, clientCertificate: certificate } = this.#options;
    return new TextFrontEnd({
      service,
      transport: TCP,
      framing,
      limits,
      access: this.#access,
      nowMs: Date.now,
      certificate,
      log: this.#log,
      wake,
    });
  }

  #createGateway(): Promise<Gateway> {
    return createGateway({
      options: this.#options,
      service: this.service,
      access: this.#access,
      replicator: this.#links,
      isReplaying: () => this.#journal?.replaying ?? false,
      now: this.#now,
      clock: this.#world.clock,
      log: this.#log,
      wake: () => this.#tick.request(),
    });
  }

  #listenOn(
    kind: PortKind,
    address: Address,
    port: TextFrontEnd | ChannelServer | Gateway,
  ): Promise<Address> {
    return port.listen(address).catch((error: NodeJS.ErrnoException) => {
      throw new ListenError(this.#options.name, kind, address, error);
    });
  }

  /** How far the promise of the replies is kept. */
  #commitState(): CommitState {
    if (this.#options.acknowledge === 'neighbours') {
      return { committed: this.#links.confirmed, failing: false };
    }
    return { committed: this.#journal?.written ?? 0, failing: this.#journal?.failing ?? false };
  }
}
