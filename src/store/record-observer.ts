import type { RecordView } from './record.ts';

/** Is told of clients' records as they are taken in, each and in order. What a journal's replay brings is not told. */
export interface RecordObserver {
  /** A record is its client's newest, and is now at this slot. The view is valid only during the call. */
  onNewer(slot: number, record: RecordView): void;
  /** What is forgotten is about to be dropped from a slot. */
  onDropped(slot: number): void;
  /** What is elsewhere is about to be dropped from a slot: nothing has become of its client. */
  onEvicted(slot: number): void;
}
