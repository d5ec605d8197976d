import { RecordView } from '../../store/record.ts';
import { NO_SLOT } from '../../store/slot-index.ts';
import type { LocationStore } from '../../store/store.ts';
import type { Vectors } from '../vectors/vectors.ts';
import { scanRecord } from './record-message.ts';
import type { StreamPositions } from './stream-positions.ts';
import type { StoredMessage } from './stream.ts';

/** What a reader needs to know. */
interface ReaderParts {
  readonly store: LocationStore;
  readonly vectors: Pick<Vectors, 'take'>;
  readonly positions: StreamPositions;
  /** Called where the last message of a slot's client, of this seq, is older than its record. */
  readonly onBehind: (slot: number, seq: number) => void;
  /** Called with a message that is no record. */
  readonly onInvalid: (partition: number, seq: number) => void;
}

/** Takes in what the streams have. Of two records of a client the newer one stays, in whatever order they come. */
export class StreamReader {
  readonly #parts: ReaderParts;
  readonly #record = new RecordView();
  /** The greatest seq of each partition that has come. */
  readonly #seen: number[];
  /** The greatest seq of each partition that was taken in, whether it followed on or not. */
  readonly #met: number[];
  /** The seq of each partition's end when all was here that was in its stream. */
  readonly #complete: number[];

  constructor(partitions: number, parts: ReaderParts) {
    this.#parts = parts;
    this.#seen = Array.from({ length: partitions }, () => 0);
    this.#met = [...this.#seen];
    this.#complete = [...this.#seen];
  }

  /** Of each partition the greatest seq that has come. */
  get seen(): readonly number[] {
    return this.#seen;
  }

  /** Of each partition the greatest seq that was taken in, also by itself. */
  get met(): readonly number[] {
    return this.#met;
  }

  /**
   * Of each partition a seq for which holds: of every message up to it that there ever was, its record is here or a
   * newer one of the client. That is not so of all that has been `seen`: a newer message takes an older one away, and
   * stands behind it, where it may not have been read yet.
   */
  get complete(): readonly number[] {
    return this.#complete;
  }

  /**
   * Takes in the message that follows on the last one of its partition.
   *
   * @returns the slot of its client; `NO_SLOT` where there is none
   */
  take(partition: number, message: StoredMessage): number {
    const slot = this.receive(partition, message);
    this.#raise(this.#seen, partition, message.seq);
    return slot;
  }

  /** Notes that a partition's stream has ended with a seq when all that was in it had come. */
  noteEnd(partition: number, seq: number): void {
    this.#raise(this.#seen, partition, seq);
    this.#raise(this.#complete, partition, seq);
  }

  /**
   * Takes in a message, whether it follows on or not.
   *
   * @returns the slot of its client; `NO_SLOT` where there is none
   */
  receive(partition: number, { seq, bytes }: StoredMessage): number {
    const { store, vectors, positions, onBehind, onInvalid } = this.#parts;
    const record = this.#record;
    this.#raise(this.#met, partition, seq);
    if (!scanRecord(record, bytes)) {
      onInvalid(partition, seq);
      return NO_SLOT;
    }
    const applied = store.apply(record);
    vectors.take(record, applied);
    const slot = store.slotOf(bytes.subarray(record.clientStart, record.clientEnd));
    if (slot === NO_SLOT || applied === 'full') return NO_SLOT;
    if (applied === 'older') onBehind(slot, seq);
    else if (seq > positions.last(slot)) positions.note(slot, seq, store.seqOf(slot));
    return slot;
  }

  /** Restarts a partition. */
  clear(partition: number): void {
    this.#seen[partition] = 0;
    this.#complete[partition] = 0;
  }

  /** Forgets a partition: its stream was lost. */
  lose(partition: number): void {
    this.clear(partition);
    this.#met[partition] = 0;
  }

  #raise(seqs: number[], partition: number, seq: number): void {
    seqs[partition] = Math.max(seqs[partition] ?? 0, seq);
  }
}
