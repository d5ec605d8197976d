import { Access } from '../access/access.ts';
import type { DemoPort } from '../gateway/demo-port.ts';
import type { Address } from '../transport/address.ts';
import type { Certificate } from '../transport/certificate.ts';
import { Links } from '../replication/flood/links.ts';
import type { ServerFacts } from '../replication/server-status.ts';
import type { PeerCertificate } from '../transport/certificate-proof.ts';
import type { PeerProof } from '../transport/peer-proof.ts';
import type { ChannelServer } from '../transport/channel.ts';
import { TcpChannels } from '../transport/tcp-channels.ts';
import { TCP } from '../transport/tcp-transport.ts';
import type { World } from '../replication/world.ts';
import { LocationStore } from '../store/store.ts';
import { ReplaceableSearch } from '../places/replaceable-search.ts';
import { CommitGate, type CommitState } from '../service/commit-gate.ts';
import { LocationService } from '../service/location-service.ts';
import type { ServerCounts } from '../service/server-counts.ts';
import { TextFrontEnd } from '../text/front-end.ts';
import { ListenError, type PortKind } from './errors.ts';
import { GatewayPort } from './gateway-port.ts';
import type { HerdServer } from './herd-server.ts';
import { keepHorizon, startSweeping } from './forgetting.ts';
import { logLinks } from './link-log.ts';
import type { Log } from './log.ts';
import { withinOpenFiles } from './open-files.ts';
import type { ServerOptions } from './options.ts';
import { createPeerPort } from './peer-port.ts';
import { NOTHING_KEPT, type ServerJournal } from './server-journal.ts';
import { collectCounts } from './counts.ts';
import type { CreateReplicator } from './create-replicator.ts';
import type { Replicator } from '../replication/replicator.ts';
import { createFacts } from './server-facts.ts';
import { ServerHooks } from './server-hooks.ts';
import { storeSizes } from './store-sizes.ts';
import { Tick } from './tick.ts';
import { createWallClock } from './wall-clock.ts';
import { createWorld } from './world.ts';
import { Reloader } from './reloader.ts';

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

/** What a server is made of besides its options, which takes time to find or to load. */
export interface FoundParts {
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
export class Member implements HerdServer {
  clients: Address;
  peers: Address;
  gateway: Address | undefined;
  /** Those that it was started with. */
  readonly #options: ServerOptions;
  readonly #version: string;
  readonly #log: Log;
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
  readonly #reloader: Reloader;
  #isClosing = false;
  /** What ends forgetting. */
  readonly #forgetting: (() => void)[] = [];

  constructor(wanted: ServerOptions, found: FoundParts) {
    const { version, openFiles, proof, log, journal, onTrouble } = found;
    const options = withinOpenFiles(wanted, openFiles, log);
    this.#options = options;
    this.#version = version;
    this.clients = options.clients;
    this.peers = options.peers;
    this.#log = log;
    this.#journal = journal;
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
    this.#reloader = new Reloader(options, {
      service,
      text: this.#clientPort,
      gateway: this.#gateway,
      access: this.#access,
      proof,
      hooks: this.#hooks,
      search: this.#search,
      log,
      openFiles,
      onTrouble,
    });
    this.#registerInTick(channels);
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

  /** What is done in each tick. */
  #registerInTick(channels: TcpChannels): void {
    const [tick, service] = [this.#tick, this.service];
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
  }

  async listen(): Promise<void> {
    await this.#hooks.prepare();
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
      limits: this.#reloader.options,
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
    this.#reloader.renewCertificate(certificate);
  }

  renewPeerCertificate(certificate: PeerCertificate): void {
    this.#reloader.renewPeerCertificate(certificate);
  }

  reload(options: ServerOptions): void {
    this.#reloader.reload(options);
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
