import { Access } from '../access/access.ts';
import type { DemoPort } from '../gateway/demo-port.ts';
import type { Address } from '../transport/address.ts';
import type { Certificate } from '../transport/certificate.ts';

import { Links } from '../replication/flood/links.ts';
import type { ServerFacts } from '../replication/server-status.ts';
import { CertificateProof, type PeerCertificate } from '../transport/certificate-proof.ts';
import { SecretProof } from '../transport/secret-proof.ts';
import type { PeerProof } from '../transport/peer-proof.ts';
import type { ChannelServer } from '../transport/channel.ts';
import { TcpChannels } from '../transport/tcp-channels.ts';
import { TCP } from '../transport/tcp-transport.ts';
import type { World } from '../replication/flood/world.ts';
import { LocationStore } from '../store/store.ts';
import { ReplaceableSearch } from '../places/replaceable-search.ts';
import { CommitGate, type CommitState } from '../service/commit-gate.ts';
import { LocationService } from '../service/location-service.ts';
import type { ServerCounts } from '../service/server-counts.ts';
import { CertificateError, tlsOptions } from '../transport/certificate.ts';
import { TextFrontEnd } from '../text/front-end.ts';
import { requireUsableOptions } from './check-options.ts';
import { requireUsableSettings } from './check-places.ts';
import { ListenError, type PortKind } from './errors.ts';
import { GatewayPort } from './gateway-port.ts';
import type { HerdServer } from './herd-server.ts';
import { keepHorizon, startSweeping } from './forgetting.ts';
import { logLinks } from './link-log.ts';
import { NO_LOG, openLog, type Log } from './log.ts';
import { type LiveOptions, reloadOptions } from './live-options.ts';
import { readOpenFilesLimit, withinOpenFiles } from './open-files.ts';
import type { ServerOptions } from './options.ts';
import { createPeerPort } from './peer-port.ts';
import { createLinkKeys, createProof, requirePeerSecurity } from './peer-security.ts';
import { NOTHING_KEPT, ServerJournal } from './server-journal.ts';
import { collectCounts } from './counts.ts';
import { type CreateReplicator, loadReplication } from './create-replicator.ts';
import type { Replicator } from '../replication/replicator.ts';
import { renewCertificate } from './renew-certificate.ts';
import { createFacts } from './server-facts.ts';
import { ServerHooks } from './server-hooks.ts';
import { storeSizes } from './store-sizes.ts';
import { Tick } from './tick.ts';
import { readVersion } from './version.ts';
import { createWallClock } from './wall-clock.ts';
import { createWorld } from './world.ts';

/** How long a stopping server waits for answers that are under way, in milliseconds. */
const GRACE_MS = 500;
/** How long it then waits for its neighbours to have all that it has, in milliseconds. */
const DRAIN_MS = 2000;
/** How long hooks may still try to send what waits, in milliseconds, meanwhile. */
const HOOKS_MS = 2000;
/**
 * How long after a start the gateway and the places are loaded, in milliseconds, unless a request for them comes
 * before: the other servers of the machine, which start as well, have the processor to themselves until then.
 */
const LOAD_AFTER_MS = 1000;

/** What surrounds a server in its process. */
export interface ServerSurroundings {
  /** Called with a message for the operator where something is wrong but does not stop the server. */
  readonly onTrouble: (detail: string) => void;
  /** Who runs a demo for the whole herd; `undefined`: nobody. */
  readonly demo: DemoPort | undefined;
}

/**
 * Starts one server of a herd: opens its journal and listens. Then, while it serves, it takes its journal
 * into memory, and dials its neighbours when that is done.
 *
 * @throws {OptionError} where an option is not what it has to be
 * @throws {PeerSecurityError} where links cannot be protected as the options say, or are not beyond loopback
 * @throws {CertificateError} where a certificate cannot be used
 * @throws {ListenError} where a port cannot be listened on
 * @throws {LogError} where the log file cannot be opened
 * @throws {JournalError} where the journal cannot be used
 */
export async function startServer(
  options: ServerOptions,
  { onTrouble, demo }: ServerSurroundings,
): Promise<HerdServer> {
  requireUsableOptions(options);
  await requireUsableSettings(options.places);
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
    const version = await readVersion();
    const createReplicator = await loadReplication(options.nats);
    const found = { version, openFiles, proof, log, journal, onTrouble, demo, createReplicator };
    member = new Member(options, found);
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

/** What a server is made of besides its options, which takes time to find or to load. */
interface FoundParts {
  readonly version: string;
  /** How many files the process may have open, where that is known. */
  readonly openFiles: number | undefined;
  readonly proof: PeerProof | undefined;
  readonly log: Log;
  readonly journal: ServerJournal | undefined;
  readonly onTrouble: (detail: string) => void;
  readonly demo: DemoPort | undefined;
  readonly createReplicator: CreateReplicator;
}

/** One server of a herd, put together of its parts. */
class Member implements HerdServer {
  clients: Address;
  peers: Address;
  gateway: Address | undefined;
  #options: ServerOptions;
  readonly #version: string;
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
  readonly #replicator: Replicator;
  readonly #peerPort: ChannelServer;
  readonly #clientPort: TextFrontEnd;
  readonly #gateway: GatewayPort | undefined;
  readonly #hooks: ServerHooks;
  readonly #tick = new Tick();
  readonly #search: ReplaceableSearch;
  readonly service: LocationService;
  readonly #access: Access | undefined;
  #isClosing = false;
  /** What ends forgetting. */
  readonly #forgetting: (() => void)[] = [];

  constructor(wanted: ServerOptions, found: FoundParts) {
    const { version, openFiles, proof, log, journal, onTrouble } = found;
    const options = withinOpenFiles(wanted, openFiles, log);
    this.#options = options;
    this.#version = version;
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
      epoch: () => service.ownRecords.epoch,
      confirming: options.acknowledge === 'neighbours',
      tombstoneGraceMs: options.tombstoneGraceMs,
      withdraw: (slot: number) => service.ownRecords.withdraw(slot),
      facts: this.#createFacts(),
    };
    this.#links = new Links(membership, this.#store, this.#world, logLinks(log));
    const [store, world, links] = [this.#store, this.#world, this.#links];
    this.#replicator = found.createReplicator({ server: options.name, store, world, links, log });
    if (this.#replicator.elsewhere !== undefined) service.spreadOver(this.#replicator.elsewhere);
    this.#peerPort = createPeerPort(this.#links, channels);

    this.#clientPort = this.#createClientPort(service, wake);
    this.#gateway = options.gateway && this.#createGateway(found.demo);
    this.#hooks = new ServerHooks(options, { service, world: this.#world, now: this.#now, log });

    const tick = this.#tick;
    tick.register('begin', () => service.beginTick());
    tick.register('links in', () => channels.work());
    tick.register('clients in', () => this.#clientPort.work());
    tick.register('clients in', () => this.#gateway?.work());
    tick.register('links out', () => this.#replicator.flush());
    tick.register('commit', () => service.commit());
    tick.register('replies out', () => this.#clientPort.flush());
    tick.register('streams out', () => this.#gateway?.flush());
    tick.register('streams out', () => this.#hooks.work());
    tick.register('journal', () => this.#journal?.flush());
    journal?.begin({
      store: this.#store,
      vector: () => this.#replicator.vector,
      contacts: () => this.#replicator.contacts,
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
    if (gateway !== undefined && this.#gateway !== undefined) {
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
    this.#replicator.start(vector, contacts);
    this.#tick.request();
    void this.#hooks.open();
    setTimeout(() => this.#open(), LOAD_AFTER_MS).unref();
  }

  /** So that the first requests find loaded what they need. */
  #open(): void {
    if (this.#isClosing) return;
    void this.#search.open();
    void this.#gateway?.open();
  }

  /** What this server has counted up to now. */
  #counts(): ServerCounts {
    return collectCounts({
      limits: this.#options,
      store: this.#store,
      service: this.service,
      text: this.#clientPort,
      tick: this.#tick,
      replicator: this.#replicator,
      journal: this.#journal,
      search: this.#search,
      hooks: this.#hooks,
    });
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
    renewCertificate({ port, certificate, renew, log: this.#log, onTrouble: this.#onTrouble });
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
    await Promise.all([this.#drain(), this.#hooks.close(HOOKS_MS)]);
    for (const end of this.#forgetting) end();
    this.#replicator.stop();
    await peersClosed;
    await this.#journal?.close();
    await this.#search.close();
    this.#log.write({ event: 'stop' });
    await this.#log.close();
  }

  /** Leaves nothing that only this server has, as far as neighbours take it. */
  async #drain(): Promise<void> {
    for (const neighbour of await this.#replicator.drain(DRAIN_MS)) {
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
      case 'map':
        return this.#gateway?.setMap(options.map);
      case 'hooks':
        return this.#hooks.replace(options.hooks);
      case 'clientLimits':
        this.#gateway?.setRate(options.clientLimits.rate);
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

  #createFacts(): () => ServerFacts {
    return createFacts({
      version: this.#version,
      gateway: () => this.gateway,
      isGatewayTls: this.#options.gatewayCertificate !== undefined,
      isReplaying: () => this.#journal?.replaying ?? false,
      counts: () => this.#counts(),
      memoryBytes: () => process.memoryUsage.rss(),
      nowMs: () => this.#world.nowMs(),
      startedMs: Date.now(),
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

  #createGateway(demo: DemoPort | undefined): GatewayPort {
    return new GatewayPort({
      options: this.#options,
      version: this.#version,
      service: this.service,
      access: this.#access,
      replicator: this.#replicator,
      isReplaying: () => this.#journal?.replaying ?? false,
      counts: () => this.#counts(),
      now: this.#now,
      clock: this.#world.clock,
      log: this.#log,
      demo,
      answerCommands: (sent) => this.#clientPort.answer(sent),
      wake: () => this.#tick.request(),
    });
  }

  #listenOn(
    kind: PortKind,
    address: Address,
    port: TextFrontEnd | ChannelServer | GatewayPort,
  ): Promise<Address> {
    return port.listen(address).catch((error: NodeJS.ErrnoException) => {
      throw new ListenError(this.#options.name, kind, address, error);
    });
  }

  /** How far the promise of the replies is kept. */
  #commitState(): CommitState {
    const { acknowledge } = this.#options;
    if (acknowledge === 'neighbours' || acknowledge === 'replicated') {
      const { confirmed, isCutOff } = this.#replicator;
      return { committed: confirmed, failing: isCutOff };
    }
    return { committed: this.#journal?.written ?? 0, failing: this.#journal?.failing ?? false };
  }
}
