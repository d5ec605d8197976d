import { RecordView } from '../../store/record.ts';
import { NO_SLOT } from '../../store/slot-index.ts';
import type { LocationStore } from '../../store/store.ts';
import type { Vectors } from '../flood/vectors.ts';
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
  /** All messages of each partition up to this seq have come. */
  readonly #read: number[];

  constructor(partitions: number, parts: ReaderParts) {
    this.#parts = parts;
    this.#read = Array.from({ length: partitions }, () => 0);
  }

  /** Of each partition the seq up to which all messages have come. */
  get read(): readonly number[] {
    return this.#read;
  }

  /** Takes in the message that follows on the last one of its partition. */
  take(partition: number, message: StoredMessage): void {
    this.receive(partition, message);
    this.noteRead(partition, message.seq);
  }

  /** Notes that all messages of a partition up to a seq have come: there may be none between. */
  noteRead(partition: number, seq: number): void {
    this.#read[partition] = Math.max(this.#read[partition] ?? 0, seq);
  }

  /** Takes in a message, whether it follows on or not. */
  receive(partition: number, { seq, bytes }: StoredMessage): void {
    const { store, vectors, positions, onBehind, onInvalid } = this.#parts;
    const record = this.#record;
    if (!scanRecord(record, bytes)) return onInvalid(partition, seq);
    const applied = store.apply(record);
    vectors.take(record, applied);
    const slot = store.slotOf(bytes.subarray(record.clientStart, record.clientEnd));
    if (slot === NO_SLOT || applied === 'full') return;
    if (applied === 'older') onBehind(slot, seq);
    else if (seq > positions.last(slot)) positions.note(slot, seq, store.seqOf(slot));
  }

  /** Begins a partition anew: its stream was lost. */
  clear(partition: number): void {
    this.#read[partition] = 0;
  }
}
