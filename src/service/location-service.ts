import type { NearbySearch } from '../places/nearby-search.ts';
import type { ByteWriter } from '../protocol/byte-writer.ts';
import type { Report } from '../protocol/report.ts';
import type { Instant } from '../protocol/timestamp.ts';
import type { Location } from '../store/location.ts';
import { epochAt, Receipts } from '../store/receipts.ts';
import { RecordView } from '../store/record.ts';
import type { LocationStore } from '../store/store.ts';
import type { CommitGate } from './commit-gate.ts';
import { ClientFinder } from './nearby-clients.ts';

const METRES_A_KILOMETRE = 1000;

/** What becomes of a report: it was accepted, also where it is older than what is known, or refused. */
export type ReportOutcome =
  | 'accepted'
  | 'too many clients' // it is of a new client, and there are as many as there may be
  | 'out of memory'; // it needs more memory than locations may take

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
  readonly search: Pick<NearbySearch, 'nearby'>;
  readonly now: () => Instant;
  readonly limits: LocationLimits;
  /** Waits for what a reply promises; `undefined` where a report promises nothing but its receipt. */
  readonly gate: CommitGate | undefined;
  readonly replay: Replay;
  /** Asks for a tick, soon. */
  readonly wake: () => void;
}

/**
 * What a server does for its clients, whatever they speak: every front end calls it, and nothing below
 * it. It owns the limits on clients and memory, and what a reply promises.
 */
export class LocationService {
  readonly #parts: LocationServiceParts;
  readonly #store: LocationStore;
  /** How the `AT` lines of this server begin. */
  readonly #prefix: Buffer;
  readonly #receipts: Receipts;
  readonly #record = new RecordView();
  /** Who is near. */
  readonly finder: ClientFinder;
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
    this.finder = new ClientFinder(parts.store, parts.wake);
    this.#received = parts.now();
    this.#receipts = new Receipts(epochAt(this.#received));
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

  /** The number of the last change: what a reply that is gated waits for. */
  get head(): number {
    return this.#store.head;
  }

  /** How many clients are known. */
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
    this.finder.work();
    this.#isMemoryFull = this.#store.sizeBytes >= this.#limits.maxMemoryBytes;
  }

  /**
   * Takes a report, and writes its `AT` line, without a line end: the reply, the record and what goes to
   * neighbours and journal are these bytes. Where it is refused nothing is written.
   */
  report(report: Report, out: ByteWriter): ReportOutcome {
    const store = this.#store;
    const record = this.#record;
    const receipts = this.#receipts;
    if (store.size >= this.#limits.maxClients && this.#isNew(report)) return 'too many clients';
    receipts.next(this.#received);
    record.write(out, this.#prefix, receipts.last, report);
    record.epoch = receipts.epoch;
    record.sequence = receipts.sequence + 1;
    const applied = this.#isMemoryFull && store.needsMore(record) ? 'full' : store.apply(record);
    if (applied === 'newer') receipts.accept();
    else if (applied === 'full') {
      out.length = record.start;
      return 'out of memory';
    }
    return 'accepted';
  }

  /**
   * The newest location of the client whose ID the bytes are; `undefined` where no server has reported
   * it. A promise while the journal may still bring it.
   */
  locate(
    bytes: Buffer,
    start: number,
    end: number,
  ): Location | undefined | Promise<Location | undefined> {
    const location = this.#store.get(bytes, start, end);
    const { replay } = this.#parts;
    if (location !== undefined || !replay.replaying) return location;
    const client = Buffer.from(bytes.subarray(start, end));
    return replay.replayed.then(() => this.#store.get(client));
  }

  /**
   * The places near a location, as a reply has them: JSON in UTF-8, and two line ends. Bytes that are
   * shared: nobody may change them.
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
    const query = { ...location.position, radiusMetres: radiusKm * METRES_A_KILOMETRE, bound };
    return this.#parts.search.nearby(query, signal);
  }

  /** Whether a client is not known; while the journal is replayed that is not known yet. */
  #isNew({ bytes, clientStart, clientEnd }: Report): boolean {
    return !this.#parts.replay.replaying && !this.#store.has(bytes, clientStart, clientEnd);
  }
}
