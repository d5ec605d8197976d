import type { ByteWriter } from '../protocol/byte-writer.ts';
import type { Instant } from '../protocol/timestamp.ts';
import { Appearances } from './appearances.ts';
import { ChangeFeed, type FeedCursor } from './change-feed.ts';
import { ChangeReader, type ReadLimits } from './change-reader.ts';
import type { ChangeWriter } from './change-stream.ts';
import { ChangeWindow } from './change-window.ts';
import { ClientPositions } from './client-positions.ts';
import { Horizons } from './horizons.ts';
import { LocationTable } from './location-table.ts';
import type { Location } from './location.ts';
import { NO_NEIGHBOURS, type NeighbourSet } from './neighbour-set.ts';
import type { Origins } from './origins.ts';
import type { RecordObserver } from './record-observer.ts';
import type { RecordView } from './record.ts';
import { NO_SLOT } from './slot-index.ts';
import { StoredDocuments } from './stored-documents.ts';
import { StoredSigns } from './stored-signs.ts';

/**
 * How a record compares with the one that the store had of the same client; `full`: there is no room for
 * it, and nothing was changed.
 */
export type Applied = 'newer' | 'same' | 'older' | 'full';

/** How much room a store has at first, and for recent changes. */
export interface StoreSizes {
  /** How many clients there is room for before the table has to grow, which takes some ms at a million. */
  readonly clients: number;
  /** How many bytes of recent changes are kept beside the table, and how many changes. */
  readonly windowBytes: number;
  readonly windowChanges: number;
}

/** The room of a store in a test, or of anything that is small. */
const SMALL_STORE: StoreSizes = { clients: 64, windowBytes: 65_536, windowChanges: 256 };

/**
 * Every client's newest record, every document, and the feed of their changes. A record is known by its slot, a
 * small number that is its client's until it is forgotten. What speaks of clients says nothing of documents.
 */
export class LocationStore {
  /** Changes up to this seq are replayed ones. */
  readonly #replayHead: number;
  readonly #table: LocationTable;
  readonly #feed: ChangeFeed;
  readonly #window: ChangeWindow;
  readonly #reader: ChangeReader;
  readonly #horizons: Horizons;
  readonly #positions: ClientPositions;
  /** When clients were last heard of that did not say where they are. */
  readonly signs: StoredSigns;
  /** What is kept beside what clients say, such as geofences. */
  readonly documents: StoredDocuments;
  #observer: RecordObserver | undefined;
  readonly #appearances = new Appearances();

  /**
   * @param head live changes have seqs after this one; those of what a journal kept are up to it
   */
  constructor(head = 0, sizes: StoreSizes = SMALL_STORE) {
    this.#replayHead = head;
    this.#table = new LocationTable(sizes.clients);
    this.#horizons = new Horizons(this.#table);
    this.#positions = new ClientPositions(this.#table, (slot) => this.#horizons.isForgotten(slot));
    this.documents = new StoredDocuments(this.#table, (slot) => this.isShown(slot));
    this.signs = new StoredSigns(this.#table, (slot) => this.isShown(slot));
    this.#feed = new ChangeFeed(this.#table.rows, head);
    this.#window = new ChangeWindow(head, sizes.windowBytes, sizes.windowChanges);
    this.#reader = new ChangeReader(this.#feed, this.#window, this.#table, this.#horizons);
  }

  /** How many clients there are, but for those that were removed. */
  get size(): number {
    return this.#table.size;
  }

  /** Which slots have come to have a client's location, where there was none or it was removed or forgotten. */
  get appearances(): Pick<Appearances, 'count' | 'slotOf'> {
    return this.#appearances;
  }

  /** How much memory the records take, in bytes. */
  get sizeBytes(): number {
    return this.#table.sizeBytes + this.#positions.sizeBytes;
  }

  /** The seq of the last change. */
  get head(): number {
    return this.#feed.head;
  }

  /**
   * The slot of the client, or the document, whose ID or key the bytes are; `NO_SLOT` where it is not known, or was
   * forgotten or removed.
   */
  find(bytes: Uint8Array, start = 0, end = bytes.length): number {
    const slot = this.#table.find(bytes, start, end);
    if (slot === NO_SLOT || this.#table.rows.isRemoval(slot)) return NO_SLOT;
    return this.#horizons.isForgotten(slot) ? NO_SLOT : slot;
  }

  /** Whether a client is known, and neither forgotten nor removed. */
  has(bytes: Uint8Array, start = 0, end = bytes.length): boolean {
    return this.find(bytes, start, end) !== NO_SLOT;
  }

  /** The newest location of the client with this ID; `undefined` if `has` is false. */
  get(bytes: Uint8Array, start = 0, end = bytes.length): Location | undefined {
    const slot = this.find(bytes, start, end);
    const isClient = slot !== NO_SLOT && this.#table.hasPosition(slot);
    return isClient ? this.#table.location(slot) : undefined;
  }

  /** How many clients there are that were removed, and whose tombstones are not forgotten. */
  get tombstones(): number {
    return this.#table.tombstones;
  }

  /** When the record of a client or a document counts as of, a tombstone too; `undefined` where there is none. */
  timeOf(bytes: Uint8Array, start = 0, end = bytes.length): Instant | undefined {
    const slot = this.#table.find(bytes, start, end);
    return slot === NO_SLOT ? undefined : this.#table.timeOf(slot);
  }

  /** Has somebody told of clients' records from now on, or, with `undefined`, nobody. */
  observe(observer: RecordObserver | undefined): void {
    this.#observer = observer;
  }

  /** Whether a record needs more memory than its client has by now: a slot, or a larger block. */
  needsMore(record: RecordView): boolean {
    return this.#table.needsMore(record);
  }

  /**
   * Takes in a record if it is newer than the one that there is of its client, and not one to forget. What
   * is kept is copied.
   *
   * @param heldBy the neighbours known to have this record: the one that it came from
   * @param wasHere whether this record, or a newer one of the client, has been here: where there is none
   *   any more, it was forgotten that the client was removed, and so it stays
   */
  apply(record: RecordView, heldBy: NeighbourSet = NO_NEIGHBOURS, wasHere = false): Applied {
    if (this.#horizons.isToForget(record)) return 'older';
    const { bytes, clientStart, clientEnd } = record;
    const found = this.#table.find(bytes, clientStart, clientEnd);
    const isThere = found !== NO_SLOT && !this.#horizons.isRemovalForgotten(found);
    if (!isThere && wasHere) return 'older';
    if (isThere) {
      const order = this.#table.compare(record, found);
      if (order < 0) return 'older';
      if (order === 0) {
        this.#table.rows.setHeldBy(found, this.heldBy(found) | heldBy);
        return 'same';
      }
    }
    if (!this.#table.hasRoomFor(record)) return 'full';
    const slot = this.#put(found, record);
    this.#table.rows.setHeldBy(slot, heldBy);
    this.#feed.append(slot);
    this.#window.append(bytes, record.start, record.recordEnd);
    this.documents.tell(record);
    if (!record.isDocument) this.#observer?.onNewer(slot, record);
    return 'newer';
  }

  /**
   * Takes in what a journal kept, under the seq that it had, in front of all live changes. To be called
   * in rising order of seqs, which are not beyond the head that it began with; meanwhile others may read and
   * apply.
   */
  replay(record: RecordView, seq: number): void {
    const { bytes, clientStart, clientEnd } = record;
    const found = this.#table.find(bytes, clientStart, clientEnd);
    const isLive = found !== NO_SLOT && this.seqOf(found) > this.#replayHead;
    if (isLive) {
      this.apply(record);
      return;
    }
    if (found === NO_SLOT && this.#horizons.isToForget(record)) return;
    if (found !== NO_SLOT && this.#table.compare(record, found) <= 0) return;
    if (!this.#table.hasRoomFor(record)) return;
    const slot = this.#put(found, record);
    this.#table.rows.setHeldBy(slot, NO_NEIGHBOURS);
    this.#feed.replay(slot, seq);
    this.documents.tell(record);
  }

  /** Where its clients are. */
  get positions(): Pick<ClientPositions, 'fill' | 'nearest' | 'inBox'> {
    return this.#positions;
  }

  /** The location at a slot that is in use. */
  locationAt(slot: number): Location {
    return this.#table.location(slot);
  }

  /** Opens a cursor that reads what changed after the change `seq` of this feed. */
  openAfter(seq: number): FeedCursor {
    return this.#feed.open(seq);
  }

  /**
   * Writes the changes after a cursor, each as it was encoded when it was accepted where the window still
   * has it. A reader that stops before the feed's end has passed over what has changed again since: that
   * stands behind it.
   *
   * @param isWanted whether to write a change, or to pass over it
   * @returns whether the cursor is at the feed's end
   */
  readChanges(
    cursor: FeedCursor,
    writer: ChangeWriter,
    limits: ReadLimits,
    isWanted?: (slot: number, seq: number) => boolean,
  ): boolean {
    return this.#reader.read(cursor, writer, limits, isWanted);
  }

  /**
   * Gives the slots of clients, and of their signs of life, that changed after a cursor, in the order in which they last
   * did; those of tombstones too.
   *
   * @param maxSlots how many are given at most, and how many the cursor's place is looked for among
   * @returns whether the cursor is at the feed's end
   */
  readClients(cursor: FeedCursor, maxSlots: number, visit: (slot: number) => void): boolean {
    return this.readRecords(cursor, maxSlots, (slot) => {
      if (this.#table.rows.growsOld(slot)) visit(slot);
    });
  }

  /** The same for all records: other documents too. `visit` is also given the seq of the change. */
  readRecords(
    cursor: FeedCursor,
    maxRecords: number,
    visit: (slot: number, seq: number) => void,
  ): boolean {
    const feed = this.#feed;
    if (!feed.seek(cursor, maxRecords)) return false;
    for (let read = 0; read < maxRecords; read++) {
      const slot = feed.next(cursor);
      if (slot === NO_SLOT) return true;
      if (!this.#horizons.isForgotten(slot)) visit(slot, cursor.seq);
    }
    return false;
  }

  /** Ends reading. Cursors that stay open cost a little at each change. */
  close(cursor: FeedCursor): void {
    this.#feed.close(cursor);
  }

  /** All slots in use are below this. */
  get end(): number {
    return this.#table.end;
  }

  /** Whether there is anything at a slot. */
  isUsed(slot: number): boolean {
    return this.#table.isUsed(slot);
  }

  /** Whether a slot has a client's location, or a document, that is neither forgotten nor removed. */
  isShown(slot: number): boolean {
    return this.#table.isPresent(slot) && !this.#horizons.isForgotten(slot);
  }

  /** Whether a slot has a client's location that is neither forgotten nor removed. */
  hasLocation(slot: number): boolean {
    return this.#table.hasPosition(slot) && !this.#horizons.isForgotten(slot);
  }

  /** The ID of a slot's client, or the key of its document. */
  clientOf(slot: number): Buffer {
    return this.#table.client(slot);
  }

  /** The seq of the change that put a slot where it is in the feed. */
  seqOf(slot: number): number {
    return this.#table.rows.seq(slot);
  }

  /** The neighbours known to have a slot's very record, since it came from them. */
  heldBy(slot: number): NeighbourSet {
    return this.#table.rows.heldBy(slot);
  }

  /** The number of a slot's origin among `origins`. */
  originOf(slot: number): number {
    return this.#table.rows.origin(slot);
  }

  /** The sequence number of a slot's record in its origin. */
  sequenceOf(slot: number): number {
    return this.#table.rows.sequence(slot);
  }

  /** The servers that received the records, each in one of its epochs, under small numbers. */
  get origins(): Pick<Origins, 'count' | 'name' | 'epoch' | 'highest'> {
    return this.#table.origins;
  }

  /** The slot of a client, also where it was removed; `NO_SLOT` where there is nothing of it. */
  slotOf(client: Buffer): number {
    return this.#table.find(client, 0, client.length);
  }

  /** Whether a slot's record is a tombstone. */
  isRemoval(slot: number): boolean {
    return this.#table.rows.isRemoval(slot);
  }

  /** Where the client of a slot is, in 1e-7 degree. */
  latitudeE7(slot: number): number {
    return this.#table.latitudeE7(slot);
  }

  longitudeE7(slot: number): number {
    return this.#table.longitudeE7(slot);
  }

  /** Writes a slot's record as links and the journal have it, without a line end: see `RecordView`. */
  writeLine(slot: number, out: ByteWriter): void {
    this.#table.writeLine(slot, out);
  }

  /**
   * Forgets records of before `horizon`: they are neither given out any more nor taken in. A
   * horizon does not go back.
   */
  forgetBefore(horizon: Instant): void {
    this.#horizons.forgetBefore(horizon);
  }

  /** Forgets tombstones that were made before `horizon`, which does not go back. */
  forgetRemovalsBefore(horizon: Instant): void {
    this.#horizons.forgetRemovalsBefore(horizon);
  }

  /** Whether a location of these times is to be forgotten by now, wherever it is. */
  isPastHorizon({ time, received }: Pick<Location, 'time' | 'received'>): boolean {
    return this.#horizons.isPast(time) || this.#horizons.isPast(received);
  }

  /** Whether there can be something that is forgotten. */
  get mayForget(): boolean {
    return this.#horizons.mayForget;
  }

  /**
   * Frees the memory of what is forgotten. Looks at a number of slots a step, so that the caller
   * can let others work; each step gives how many clients it dropped.
   */
  *sweep(slotsAStep: number): Generator<number> {
    if (!this.mayForget) return;
    let dropped = 0;
    for (let slot = 0; slot < this.#table.end; slot++) {
      if (this.#table.isUsed(slot) && this.#horizons.isForgotten(slot)) {
        this.#observer?.onDropped(slot);
        this.#remove(slot);
        dropped += 1;
      }
      if ((slot + 1) % slotsAStep !== 0) continue;
      yield dropped;
      dropped = 0;
    }
    yield dropped;
  }

  /** Frees the memory of a slot, as if there had never been anything of its client here: it is elsewhere. */
  evict(slot: number): void {
    if (!this.#table.isUsed(slot)) return;
    this.#observer?.onEvicted(slot);
    this.#remove(slot);
  }

  #remove(slot: number): void {
    this.#feed.remove(slot);
    this.#table.remove(slot);
    this.#positions.remove(slot);
  }

  #put(found: number, record: RecordView): number {
    const wasThere = found !== NO_SLOT && this.hasLocation(found);
    const slot = found === NO_SLOT ? this.#table.add(record) : found;
    if (found !== NO_SLOT) this.#table.replace(found, record);
    if (!wasThere && this.#table.hasPosition(slot)) this.#appearances.add(slot);
    if (record.isRemoval) this.#positions.remove(slot);
    else if (!record.isDocument) {
      this.#positions.put(slot, record.latitudeE7, record.longitudeE7);
    }
    return slot;
  }
}
