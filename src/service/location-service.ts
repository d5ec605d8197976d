import type { WantedChoices } from '../places/choices.ts';
import type { FoundPlaces } from '../places/found-places.ts';
import type { NearbySearch } from '../places/nearby-search.ts';
import { encodeAttributes } from '../protocol/attributes.ts';
import { ByteWriter } from '../protocol/byte-writer.ts';
import type { Report } from '../protocol/report.ts';
import type { Elsewhere } from '../replication/elsewhere.ts';
import {
  compareInstants,
  LATEST_SECONDS,
  nanosecondAfter,
  type Instant,
} from '../protocol/timestamp.ts';
import type { Location } from '../store/location.ts';
import { epochAt, Receipts } from '../store/receipts.ts';
import { documentKey } from '../store/document.ts';
import { RecordView } from '../store/record.ts';
import type { SignOfLife } from '../store/sign-of-life.ts';
import type { Applied, LocationStore } from '../store/store.ts';
import { Cards } from './cards.ts';
import { CellCounter } from './cells/cell-counter.ts';
import type { ClientSets } from './client-sets.ts';
import type { CommitGate } from './commit-gate.ts';
import { GeofenceRegistry } from './geofences/geofence-registry.ts';
import type { GeofenceTracker } from './geofences/geofence-tracker.ts';
import type { Transition } from './geofences/transition.ts';
import type { LiveHub, LiveHubParts } from './live/hub.ts';
import { ClientFinder, type Finder } from './nearby-clients.ts';
import { SpreadFinder } from './spread/spread-finder.ts';
import { OwnChanges } from './own-changes.ts';
import { PlainReports, requireClient, type PlainReport } from './plain-report.ts';
import { LATE_REPORT, SignsOfLife, type LastSeen } from './signs-of-life.ts';
import {
  noReports,
  type ReportCounts,
  type ReportOutcome,
  type SettledOutcome,
  type StoredOutcome,
} from './report-outcome.ts';

const METRES_A_KILOMETRE = 1000;
/** What the herd keeps of a client. */
export type { Location } from '../store/location.ts';
export type { ReportOutcome, SettledOutcome } from './report-outcome.ts';

/** Room for most records; the writer grows for longer ones. */
const SCRATCH_BYTES = 512;

/** What a journal that is being replayed has yet to bring. */
interface Replay {
  /** Whether there may be clients that are not in the store yet. */
  readonly replaying: boolean;
  /** Done when there are none. */
  readonly replayed: Promise<void>;
}

/** How many locations a server takes in from its clients. */
export interface LocationLimits {
  /** The most clients: reports of further ones are refused. */
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
  readonly replay: Replay;
  /** Asks for a tick, soon. */
  readonly wake: () => void;
}

/** What keeps track of who is in geofences needs beyond what the service has. */
export interface TrackingParts {
  /** The time, in milliseconds since the POSIX epoch. */
  readonly now: () => number;
  /** Told when more clients are in geofences than there is room for. */
  readonly onGeofencesFull: () => void;
}

/** What a hub of live updates is made of beyond what the service has. */
export type LiveParts = Omit<
  LiveHubParts,
  'store' | 'encode' | 'encodeSeen' | 'wake' | 'watch' | 'geofences'
> &
  TrackingParts & {
    /** @param geofences the names of those that the client is in */
    readonly encode: (
      location: Location,
      geofences: readonly string[],
      lastSeen: LastSeen,
    ) => string;
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
  /** How the `AT` lines of this server begin. */
  readonly #prefix: Buffer;
  readonly #name: Buffer;
  readonly #receipts: Receipts;
  readonly #record = new RecordView();
  readonly #plainReports = new PlainReports();
  /** Where records are written that are no replies. */
  readonly #scratch = new ByteWriter(SCRATCH_BYTES);
  /** Those who wait until this tick's changes were written to the neighbours. */
  #waiting: (() => void)[] = [];
  /** What became of the reports in plain values, which have no line of text. */
  readonly plainReports: ReportCounts = noReports();
  /** What became of the removals. */
  readonly removals: ReportCounts = noReports();
  /** How many questions for places there were. */
  placesAsked = 0;
  /** Who is near, wherever clients are held. */
  finder: Finder;
  readonly #localFinder: ClientFinder;
  #elsewhere: Elsewhere | undefined;
  /** How many are where. */
  readonly cells: CellCounter;
  /** The areas that clients enter and leave. */
  readonly geofences: GeofenceRegistry;
  /** What clients call themselves, and their pictures. */
  readonly cards: Cards;
  /** When clients were last seen that did not say where they are. */
  readonly signs: SignsOfLife;
  /** Who is in geofences; `undefined`: nobody can ask. */
  #tracker: GeofenceTracker | undefined;
  #tracking: Promise<GeofenceTracker> | undefined;
  /** The seq after which all changes are of this life of the server. */
  readonly #firstHead: number;
  readonly #firstEpoch: number;
  #limits: LocationLimits;
  /** When this tick began: when what is worked through in it was received. */
  #received: Instant;
  /** As of this tick's begin. */
  #isMemoryFull = false;

  constructor(parts: LocationServiceParts) {
    this.#parts = parts;
    this.#store = parts.store;
    this.#limits = parts.limits;
    this.#prefix = Buffer.from(`AT ${parts.server} `, 'latin1');
    this.#name = Buffer.from(parts.server, 'latin1');
    this.#localFinder = new ClientFinder(parts.store, parts.wake);
    this.finder = this.#localFinder;
    this.cells = new CellCounter(parts.store, parts.wake);
    this.geofences = new GeofenceRegistry({
      watchDocuments: (onDocument) => parts.store.watchDocuments(onDocument),
      putDocument: (name, body) => this.#putDocument(name, body),
      replay: parts.replay,
    });
    this.cards = new Cards({
      store: parts.store,
      putDocument: (name, body) => this.#putDocument(name, body),
      isKnown: (client) =>
        parts.replay.replaying ||
        parts.store.has(client) ||
        parts.store.signs.of(client) !== undefined,
    });
    this.signs = new SignsOfLife({
      signs: parts.store.signs,
      now: parts.now,
      maxClients: () => this.#limits.maxClients,
      isReplaying: () => parts.replay.replaying,
      put: (key, body) => {
        parts.wake();
        return this.#write(key, body);
      },
    });
    this.#received = parts.now();
    this.#receipts = new Receipts(epochAt(this.#received));
    this.#firstHead = parts.store.head;
    this.#firstEpoch = this.#receipts.epoch;
  }

  /** This server's name. */
  get server(): string {
    return this.#parts.server;
  }

  /** The epoch of the reports that are accepted now. */
  get epoch(): number {
    return this.#receipts.epoch;
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
    this.cells.work();
    this.#tracker?.work();
    this.#isMemoryFull = this.#store.sizeBytes >= this.#limits.maxMemoryBytes;
  }

  /**
   * Settles the reports and removals of this tick, whose changes have been written to the neighbours. A phase
   * of each tick, behind that.
   */
  commit(): void {
    this.gate?.flush();
    if (this.#waiting.length === 0) return;
    for (const settle of this.#waiting.splice(0)) settle();
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
    this.#receipts.next(this.#received);
    this.#record.write(out, this.#prefix, this.#receipts.last, report);
    const applied = this.#apply(out);
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
    const [out, record] = [this.#scratch, this.#record];
    out.length = 0;
    this.#receipts.next(this.#parts.now());
    record.write(out, this.#prefix, this.#receipts.last, report);
    record.writeAttributes(out, attributes);
    const applied = this.#apply(out);
    if (applied === 'older') this.signs.note(values.client, LATE_REPORT, {});
    return counted(await this.#settle(outcomeOf(applied)), this.plainReports);
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
    return counted(await this.#settle(this.#write(client, undefined)), this.removals);
  }

  /**
   * Removes the client of a slot of the store again, of which the herd has forgotten that it was removed: right
   * after the record that is there, so that one of later is left alone.
   */
  withdraw(slot: number): void {
    const client = this.#store.clientOf(slot);
    const time = this.#store.timeOf(client);
    if (time === undefined || time.seconds >= LATEST_SECONDS) return;
    this.#receipts.next(this.#parts.now());
    const received = laterThan(time, this.#receipts.last);
    const out = this.#scratch;
    out.length = 0;
    this.#record.writeRemoval(out, this.#name, received, client, nanosecondAfter(time));
    this.#apply(out);
  }

  /**
   * The newest location of the client whose ID the bytes are; `undefined` where no server has reported
   * it, or it was removed or forgotten. A promise while the journal may still bring it.
   */
  locate(
    bytes: Buffer,
    start = 0,
    end = bytes.length,
  ): Location | undefined | Promise<Location | undefined> {
    if (this.#elsewhere !== undefined) return this.#fetch(bytes.subarray(start, end), false);
    const location = this.#store.get(bytes, start, end);
    const { replay } = this.#parts;
    if (location !== undefined || !replay.replaying) return location;
    const client = Buffer.from(bytes.subarray(start, end));
    return replay.replayed.then(() => this.#store.get(client));
  }

  /** The same, read anew where this server does not hold the client. */
  async locateFresh(client: Buffer): Promise<Location | undefined> {
    return this.#elsewhere === undefined ? this.locate(client) : this.#fetch(client, true);
  }

  #fetch(bytes: Buffer, isFresh: boolean): Location | undefined | Promise<Location | undefined> {
    const client = Buffer.from(bytes);
    const fetching = this.#elsewhere?.fetch(client, isFresh);
    if (fetching === undefined) return this.#store.get(client);
    return fetching.then(() => this.#store.get(client));
  }

  /** Whether this server holds every client: else live updates and counts are of some. */
  get holdsAll(): boolean {
    return this.#elsewhere === undefined;
  }

  /** Has clients that other servers hold found there. */
  spreadOver(elsewhere: Elsewhere): void {
    const { server, store } = this.#parts;
    this.#elsewhere = elsewhere;
    this.finder = new SpreadFinder({ server, store, elsewhere, local: this.#localFinder });
  }

  /**
   * Makes a hub of live updates. What it stands on is loaded here: servers without a gateway do not need it.
   *
   * @param parts what of it is not this service's: how a location is encoded, and what replication says
   */
  async createLiveHub({ encode, encodeSeen, ...parts }: LiveParts): Promise<LiveHub> {
    const { LiveHub } = await import('./live/hub.ts');
    const tracker = await this.trackGeofences(parts);
    const store = this.#store;
    return new LiveHub({
      ...parts,
      store,
      geofences: tracker,
      watch: this.#elsewhere && ((clients) => this.#elsewhere?.watch(clients) ?? (() => {})),
      encode: (slot, showsGeofences) => {
        const location = store.locationAt(slot);
        const geofences = showsGeofences ? tracker.namesOf(slot) : [];
        return encode(location, geofences, this.signs.lastSeen(location));
      },
      encodeSeen: (slot) =>
        encodeSeen(store.signs.clientOf(slot).toString('latin1'), store.signs.at(slot)),
      wake: this.#parts.wake,
    });
  }

  /** Keeps track, from the first call on, of who is in geofences. What that stands on is loaded here. */
  trackGeofences(parts: TrackingParts): Promise<GeofenceTracker> {
    this.#tracking ??= this.#createTracker(parts);
    return this.#tracking;
  }

  async #createTracker({ now, onGeofencesFull }: TrackingParts): Promise<GeofenceTracker> {
    const { GeofenceTracker, MAX_PRESENCES } = await import('./geofences/geofence-tracker.ts');
    const { replay, wake } = this.#parts;
    const tracker = new GeofenceTracker({
      store: this.#store,
      isReplaying: () => replay.replaying,
      nowMs: now,
      wake,
      maxPresences: MAX_PRESENCES,
      onFull: onGeofencesFull,
    });
    for (const fence of this.geofences.known.values()) tracker.put(fence);
    this.geofences.watch((name, fence) => {
      if (fence === undefined) tracker.remove(name);
      else tracker.put(fence);
    });
    tracker.work(); // mostly that is all
    this.#tracker = tracker;
    return tracker;
  }

  /** What this server accepts itself, for a reader of its own: from its start on, or from now on. */
  ownChanges(from: 'start' | 'now'): OwnChanges {
    const own = { name: this.#name, firstEpoch: this.#firstEpoch };
    const seq = from === 'start' ? this.#firstHead : this.#store.head;
    return new OwnChanges(this.#store, own, seq);
  }

  /**
   * Whether this server tells of a transition: where it accepted the report that made it; or, where none did, the last one of the client.
   * Of all servers that notice a transition that is one at most.
   */
  isOwnTransition({ client, noticedMs, origin, record }: Transition): boolean {
    // Where no server has every client's last location, those who hold a client know where it was.
    if (this.#elsewhere !== undefined) return this.#elsewhere.isFirst(client, noticedMs);
    if (origin !== this.server) return false;
    return record === undefined || record.epoch >= this.#firstEpoch;
  }

  /** Whether a client is known here, and neither removed nor forgotten; its ID of one character a byte. */
  isKnown(client: string): boolean {
    return this.#store.has(Buffer.from(client, 'latin1'));
  }

  /** Makes the sets of clients that patterns cover. Servers without a gateway do not need them. */
  async createClientSets(): Promise<ClientSets> {
    const { ClientSets } = await import('./client-sets.ts');
    return new ClientSets(this.#store, this.#parts.wake);
  }

  /** The location at a slot of the store; `undefined` where it has none any more. */
  locationAt(slot: number): Location | undefined {
    return this.#store.hasLocation(slot) ? this.#store.locationAt(slot) : undefined;
  }

  /** Whether it knows who is in geofences: some ticks after the journal was read. */
  get isTrackingGeofences(): boolean {
    return this.#tracker?.isReady === true;
  }

  /** The names of the geofences that a client is in, as far as that is known. */
  geofencesOf({ client }: Location): readonly string[] {
    return this.#tracker?.namesOf(this.#store.slotOf(Buffer.from(client, 'latin1'))) ?? [];
  }

  /**
   * The places near a location, as a reply has them: JSON in UTF-8, and two line ends. They are chosen as the
   * configuration says. Bytes that are shared: nobody may change them.
   *
   * @param bound the most places
   * @param signal ends the search, which then rejects
   */
  places(
    location: Location,
    radiusKm: number,
    bound: number,
    signal: AbortSignal,
  ): Buffer | Promise<Buffer> {
    this.placesAsked += 1;
    const query = { ...location.position, radiusMetres: radiusKm * METRES_A_KILOMETRE, bound };
    return this.#parts.search.nearby(query, signal);
  }

  /**
   * The places near a location in plain values.
   *
   * @param bound the most places
   * @param wanted what is not there is chosen by the configuration
   * @param signal ends the search, which then rejects
   * @throws {ChoicesError} where the provider cannot answer such a question
   */
  findPlaces(
    { position }: Location,
    { radiusMetres, bound }: { readonly radiusMetres: number; readonly bound: number },
    wanted: WantedChoices,
    signal: AbortSignal,
  ): Promise<FoundPlaces> {
    return this.#parts.search.find({ ...position, radiusMetres, bound }, wanted, signal);
  }

  /** Puts a document, or removes it where there is no `body`; see `remove`. */
  #putDocument(name: string, body: string | undefined): Promise<StoredOutcome> | StoredOutcome {
    return this.#settle(this.#write(documentKey(name), body));
  }

  /** Takes in a record without a position, which is newer than what there is: a document, or without `body` a tombstone. */
  #write(key: Buffer, body: string | undefined): 'accepted' | 'out of memory' {
    this.#receipts.next(this.#parts.now());
    const [out, record] = [this.#scratch, this.#record];
    out.length = 0;
    const received = laterThan(this.#store.timeOf(key), this.#receipts.last);
    if (body === undefined) record.writeRemoval(out, this.#name, received, key, received);
    else record.writeDocument(out, this.#name, received, key, Buffer.from(body));
    return outcomeOf(this.#apply(out));
  }

  /** Gives the record that was written last its identity, and takes it in; or takes back what was written. */
  #apply(out: ByteWriter): Applied {
    const [store, record, receipts] = [this.#store, this.#record, this.#receipts];
    record.epoch = receipts.epoch;
    record.sequence = receipts.sequence + 1;
    const applied = this.#isMemoryFull && store.needsMore(record) ? 'full' : store.apply(record);
    if (applied === 'newer') receipts.accept();
    else if (applied === 'full') out.length = record.start;
    return applied;
  }

  /** Waits until what is promised of the last change is true, or cannot be. */
  #settle(outcome: 'accepted' | 'out of memory'): StoredOutcome | Promise<StoredOutcome> {
    if (outcome !== 'accepted') return outcome;
    this.#parts.wake();
    return new Promise((resolve) => {
      const { gate } = this;
      if (gate === undefined) this.#waiting.push(() => resolve('accepted'));
      else {
        gate.wait(this.head, (isCommitted) => {
          resolve(isCommitted ? 'accepted' : 'not acknowledged');
        });
      }
    });
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

/**
 * When a removal is received that comes now: after the record that it removes, even if the clock of the
 * server that received that one is ahead.
 */
function laterThan(time: Instant | undefined, now: Instant): Instant {
  if (time === undefined || compareInstants(now, time) > 0) return now;
  return time.seconds < LATEST_SECONDS ? nanosecondAfter(time) : now;
}
