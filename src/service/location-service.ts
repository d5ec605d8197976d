import type { NearbySearch } from '../places/nearby-search.ts';
import { encodeAttributes } from '../protocol/attributes.ts';
import type { ByteWriter } from '../protocol/byte-writer.ts';
import type { Report } from '../protocol/report.ts';
import { wholeMillisecondsOf, type Instant } from '../protocol/timestamp.ts';
import type { Elsewhere } from '../replication/elsewhere.ts';
import type { Location } from '../store/location.ts';
import { documentKey } from '../store/document.ts';
import type { SignOfLife } from '../store/sign-of-life.ts';
import type { Applied, LocationStore } from '../store/store.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { Cards } from './cards.ts';
import { CellCounter, type ClientCounter } from './cells/cell-counter.ts';
import type { ClientSets } from './client-sets.ts';
import type { CommitGate } from './commit-gate.ts';
import { GeofenceRegistry } from './geofences/geofence-registry.ts';
import { GeofenceTracking } from './geofences/geofence-tracking.ts';
import type { Transition } from './geofences/transition.ts';
import type { LiveHub, LiveHubParts } from './live/hub.ts';
import { Locations, type ReplayProgress } from './locations.ts';
import { ClientFinder, type Finder } from './nearby-clients.ts';
import { NearbyPlaces } from './nearby-places.ts';
import { OwnChanges } from './own-changes.ts';
import { OwnRecords } from './own-records.ts';
import { PlainReports, requireClient, type PlainReport } from './plain-report.ts';
import { LATE_REPORT, SignsOfLife, type LastSeen } from './signs-of-life.ts';
import { spreadOver, type Spread } from './spread/spread.ts';
import {
  noReports,
  type ReportCounts,
  type ReportOutcome,
  type SettledOutcome,
  type StoredOutcome,
} from './report-outcome.ts';

/** What the herd keeps of a client. */
export type { Location } from '../store/location.ts';
export type { ReportOutcome, SettledOutcome } from './report-outcome.ts';

/** How many locations a server takes in from its clients. */
export interface LocationLimits {
  /** The maximum number of clients; reports of further clients are refused. */
  readonly maxClients: number;
  /** The most memory that locations take, in bytes: beyond it reports that need more are refused. */
  readonly maxMemoryBytes: number;
}

/** What the service is made of. */
export interface LocationServiceParts {
  /** This server's name, of one character a byte. */
  readonly server: string;
  readonly store: LocationStore;
  readonly search: Pick<NearbySearch, 'nearby' | 'find'>;
  readonly now: () => Instant;
  readonly limits: LocationLimits;
  /** Waits for what a reply promises; `undefined` where a report promises nothing but its receipt. */
  readonly gate: CommitGate | undefined;
  readonly replay: ReplayProgress;
  /** Asks for a tick, soon. */
  readonly wake: () => void;
}

/** What a hub of live updates is made of beyond what the service has. */
export type LiveParts = Omit<
  LiveHubParts,
  'store' | 'encode' | 'encodeLocation' | 'encodeSeen' | 'now' | 'wake' | 'elsewhere' | 'geofences'
> & {
  /** Called when more clients are in geofences than there is room for. */
  readonly onGeofencesFull: () => void;
  /** @param geofences the names of those that the client is in */
  readonly encode: (location: Location, geofences: readonly string[], lastSeen: LastSeen) => string;
  /** @param client its ID, of one character a byte */
  readonly encodeSeen: (client: string, sign: SignOfLife) => string;
};

/**
 * What a server does for its clients, whatever they speak: every front end calls it, and nothing below
 * it. It owns the limits on clients and memory, and what a reply promises.
 */
export class LocationService {
  readonly #parts: LocationServiceParts;
  readonly #store: LocationStore;
  /** The records of what is accepted here. */
  readonly ownRecords: OwnRecords;
  readonly #acknowledgements: Acknowledgements;
  readonly #plainReports = new PlainReports();
  /** What became of the reports in plain values, which have no line of text. */
  readonly plainReports: ReportCounts = noReports();
  /** What became of the removals. */
  readonly removals: ReportCounts = noReports();
  /** Where clients are. */
  readonly locations: Locations;
  /** Which places are near them. */
  readonly places: NearbyPlaces;
  /** Who is near, wherever clients are held. */
  finder: Finder;
  readonly #localFinder: ClientFinder;
  #elsewhere: Elsewhere | undefined;
  #spread: Spread | undefined;
  /** How many are where, wherever clients are held. */
  cells: ClientCounter;
  readonly #localCells: CellCounter;
  /** The areas that clients enter and leave. */
  readonly geofences: GeofenceRegistry;
  /** Who is in them. */
  readonly geofenceTracking: GeofenceTracking;
  /** What clients call themselves, and their pictures. */
  readonly cards: Cards;
  /** When clients were last seen that did not say where they are. */
  readonly signs: SignsOfLife;
  /** The seq after which all changes are of this life of the server. */
  readonly #firstHead: number;
  #limits: LocationLimits;
  /** When this tick began: when what is worked through in it was received. */
  #received: Instant;

  constructor(parts: LocationServiceParts) {
    this.#parts = parts;
    this.#store = parts.store;
    this.#limits = parts.limits;
    this.ownRecords = new OwnRecords(parts);
    const { gate, replay, wake } = parts;
    this.#acknowledgements = new Acknowledgements({ gate, head: () => parts.store.head, wake });
    this.locations = new Locations(parts.store, replay);
    this.places = new NearbyPlaces(parts.search);
    this.#localFinder = new ClientFinder(parts.store, wake);
    this.finder = this.#localFinder;
    this.#localCells = new CellCounter(parts.store, wake);
    this.cells = this.#localCells;
    this.geofences = new GeofenceRegistry({
      documents: parts.store.documents,
      putDocument: (name, body) => this.#putDocument(name, body),
      replay,
    });
    this.geofenceTracking = new GeofenceTracking({
      store: parts.store,
      registry: this.geofences,
      isReplaying: () => replay.replaying,
      nowMs: () => this.#nowMs(),
      wake,
      isFollowed: (slot) => this.#elsewhere?.follows(parts.store.clientOf(slot)) !== false,
    });
    this.cards = new Cards({
      documents: parts.store.documents,
      seqOf: (slot) => parts.store.seqOf(slot),
      putDocument: (name, body) => this.#putDocument(name, body),
      isKnown: (client) =>
        replay.replaying || parts.store.has(client) || parts.store.signs.of(client) !== undefined,
    });
    this.signs = new SignsOfLife({
      signs: parts.store.signs,
      now: parts.now,
      maxClients: () => this.#limits.maxClients,
      isReplaying: () => replay.replaying,
      put: (key, body) => {
        wake();
        return outcomeOf(this.ownRecords.put(key, body));
      },
    });
    this.#received = parts.now();
    this.#firstHead = parts.store.head;
  }

  /** This server's name. */
  get server(): string {
    return this.#parts.server;
  }

  /** What a reply to a report waits for; `undefined` where it may be given at once. */
  get gate(): CommitGate | undefined {
    return this.#parts.gate;
  }

  /** The seq of the last change: what a reply that is gated waits for. */
  get head(): number {
    return this.#store.head;
  }

  /** How many clients are known and not removed. */
  get clients(): number {
    return this.#store.size;
  }

  /** Takes other limits; clients that are known stay. */
  setLimits(limits: LocationLimits): void {
    this.#limits = limits;
  }

  /** Begins a tick: what is reported in it was received now. */
  beginTick(): void {
    this.#received = this.#parts.now();
    this.#localFinder.work();
    this.#localCells.work();
    this.geofenceTracking.work();
    this.ownRecords.isMemoryFull = this.#store.sizeBytes >= this.#limits.maxMemoryBytes;
  }

  /**
   * Settles the reports and removals of this tick, whose changes have been written to the neighbours. A phase
   * of each tick, behind that.
   */
  commit(): void {
    this.#acknowledgements.flush();
  }

  /**
   * Takes a report that came as a line of text, and writes its `AT` line, without a line end: the reply, the
   * record and what goes to neighbours and journal are these bytes. Where it is refused nothing is written.
   *
   * The reply is to be given after this tick's changes were written to the neighbours, and where there is a
   * `gate` once that lets it through.
   */
  reportLine(report: Report, out: ByteWriter): ReportOutcome {
    if (this.#isOneTooMany(report)) return 'too many clients';
    const applied = this.ownRecords.acceptLine(report, this.#received, out);
    if (applied === 'older') {
      const { bytes, clientStart, clientEnd } = report;
      this.signs.note(bytes.subarray(clientStart, clientEnd), LATE_REPORT, {});
    }
    return outcomeOf(applied);
  }

  /**
   * Takes a report in plain values. It is accepted also where it is older than what is known of the client,
   * and then changes nothing.
   *
   * @returns settled once what `acknowledge` promises of it is true, or cannot be
   * @throws {PlainReportError} where the ID, the position or the time is not what it has to be
   * @throws {AttributeError} where a record cannot have such attributes
   */
  async report(values: PlainReport): Promise<SettledOutcome> {
    const report = this.#plainReports.report(values);
    const attributes = encodeAttributes(values.attributes);
    if (this.#isOneTooMany(report)) return counted('too many clients', this.plainReports);
    const applied = this.ownRecords.accept(report, attributes);
    if (applied === 'older') this.signs.note(values.client, LATE_REPORT, {});
    return counted(await this.#settle(applied), this.plainReports);
  }

  /**
   * Removes a client from the whole herd: nobody is told of it any more, until it reports again. Reports of
   * before this moment do not bring it back, whenever and wherever they come in; so a client may be removed
   * that is not known here, or yet.
   *
   * @param client its ID
   * @returns settled once what `acknowledge` promises of it is true, or cannot be
   * @throws {PlainReportError} where no client can have that ID
   */
  async remove(client: Buffer): Promise<SettledOutcome> {
    requireClient(client);
    const store = this.#store;
    const time = store.timeOf(client);
    const isFull = store.size + store.tombstones >= this.#limits.maxClients;
    if (time === undefined && isFull && !this.#parts.replay.replaying) {
      return counted('too many clients', this.removals);
    }
    void this.cards.remove(client);
    this.signs.remove(client);
    return counted(await this.#settle(this.ownRecords.put(client, undefined)), this.removals);
  }

  /** Whether this server holds every client: else live updates and counts are of some. */
  get holdsAll(): boolean {
    return this.#elsewhere === undefined;
  }

  /** Has clients that other servers hold found there. */
  spreadOver(elsewhere: Elsewhere): void {
    const { server, store } = this.#parts;
    this.#elsewhere = elsewhere;
    this.locations.fetchFrom(elsewhere);
    elsewhere.keepWhileListening((slot) => this.geofenceTracking.isTracked(slot));
    const here = { finder: this.#localFinder, cells: this.#localCells };
    const spread = spreadOver({ server, store, elsewhere, ...here });
    this.#spread = spread;
    this.finder = spread.finder;
    this.cells = spread.cells;
  }

  /**
   * Makes a hub of live updates. Its modules are loaded here: servers without a gateway do not need them.
   *
   * @param parts what of it is not this service's: how a location is encoded, and what replication says
   */
  async createLiveHub({
    encode,
    encodeSeen,
    onGeofencesFull,
    ...parts
  }: LiveParts): Promise<LiveHub> {
    const { LiveHub } = await import('./live/hub.ts');
    const tracker = await this.geofenceTracking.start(onGeofencesFull);
    const store = this.#store;
    return new LiveHub({
      ...parts,
      store,
      geofences: tracker,
      elsewhere: this.#spread?.live,
      encodeLocation: (location, showsGeofences) => {
        const geofences = showsGeofences ? this.geofenceTracking.namesOf(location) : [];
        return encode(location, geofences, this.signs.lastSeen(location));
      },
      encode: (slot, showsGeofences) => {
        const location = store.locationAt(slot);
        const geofences = showsGeofences ? tracker.namesOf(slot) : [];
        return encode(location, geofences, this.signs.lastSeen(location));
      },
      encodeSeen: (slot) =>
        encodeSeen(store.signs.clientOf(slot).toString('latin1'), store.signs.at(slot)),
      now: () => this.#nowMs(),
      wake: this.#parts.wake,
    });
  }

  /** What this server accepts itself, for a reader of its own: from its start on, or from now on. */
  ownChanges(from: 'start' | 'now'): OwnChanges {
    const { name, firstEpoch } = this.ownRecords;
    const seq = from === 'start' ? this.#firstHead : this.#store.head;
    return new OwnChanges(this.#store, { name, firstEpoch }, seq);
  }

  /**
   * Whether this server tells of a transition: where it accepted the report that made it; or, where none did, the last one of the client.
   * Of all servers that notice a transition that is one at most.
   */
  isOwnTransition({ client, noticedMs, origin, record }: Transition): boolean {
    // Where no server has every client's last location, those who hold a client know where it was.
    if (this.#elsewhere !== undefined) return this.#elsewhere.isFirst(client, noticedMs);
    if (origin !== this.server) return false;
    return record === undefined || record.epoch >= this.ownRecords.firstEpoch;
  }

  /** Makes the sets of clients that patterns cover. Servers without a gateway do not need them. */
  async createClientSets(): Promise<ClientSets> {
    const { ClientSets } = await import('./client-sets.ts');
    return new ClientSets(this.#store, this.#parts.wake);
  }

  /** Puts a document, or removes it where there is no `body`; see `remove`. */
  #putDocument(name: string, body: string | undefined): Promise<StoredOutcome> | StoredOutcome {
    return this.#settle(this.ownRecords.put(documentKey(name), body));
  }

  /** The time, in whole milliseconds since the POSIX epoch. */
  #nowMs(): number {
    return wholeMillisecondsOf(this.#parts.now());
  }

  #settle(applied: Applied): StoredOutcome | Promise<StoredOutcome> {
    const outcome = outcomeOf(applied);
    return outcome === 'accepted' ? this.#acknowledgements.ofLastChange() : outcome;
  }

  #isOneTooMany(report: Report): boolean {
    return this.#store.size >= this.#limits.maxClients && this.#isNew(report);
  }

  /** Whether a client is not known; while the journal is replayed that is not known yet. */
  #isNew({ bytes, clientStart, clientEnd }: Report): boolean {
    return !this.#parts.replay.replaying && !this.#store.has(bytes, clientStart, clientEnd);
  }
}

function outcomeOf(applied: Applied): 'accepted' | 'out of memory' {
  return applied === 'full' ? 'out of memory' : 'accepted';
}

function counted(outcome: SettledOutcome, counts: ReportCounts): SettledOutcome {
  counts[outcome] += 1;
  return outcome;
}
