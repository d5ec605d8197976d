import { documentKey } from './document.ts';
import type { LocationTable } from './location-table.ts';
import type { RecordView } from './record.ts';
import { NO_SLOT } from './slot-index.ts';

/**
 * Called with each document that changed, except signs of life.
 *
 * @param name without the space of its key
 * @param body its text; `undefined` where it was removed
 */
export type OnDocument = (name: string, body: string | undefined) => void;

/** The documents in a table, but for signs of life. Those that are removed or forgotten are not there. */
export class StoredDocuments {
  readonly #table: LocationTable;
  readonly #isShown: (slot: number) => boolean;
  readonly #watchers: OnDocument[] = [];

  /** @param isShown whether a slot's record is neither removed nor forgotten */
  constructor(table: LocationTable, isShown: (slot: number) => boolean) {
    this.#table = table;
    this.#isShown = isShown;
  }

  /** How many there are. */
  get count(): number {
    return this.#table.counts.documents;
  }

  /** The slot of the document of a name; `NO_SLOT` where there is none. */
  slotOf(name: string): number {
    const key = documentKey(name);
    const slot = this.#table.find(key, 0, key.length);
    return slot !== NO_SLOT && this.#isShown(slot) ? slot : NO_SLOT;
  }

  /** The text of the document at a slot. */
  textAt(slot: number): string {
    return this.#table.documentText(slot);
  }

  /** Has somebody told of each change from now on, in order, those of a replay too. */
  watch(onDocument: OnDocument): void {
    this.#watchers.push(onDocument);
  }

  /** Tells those who watch of a record that was taken in, where it is of a document. */
  tell(record: RecordView): void {
    if (record.growsOld) return; // a client's, or its sign of life: nobody asks to be told of that
    const { bytes, clientStart, clientEnd, attributesStart, recordEnd, isRemoval } = record;
    const name = bytes.toString('latin1', clientStart + 1, clientEnd);
    const body = isRemoval ? undefined : bytes.toString('latin1', attributesStart, recordEnd);
    for (const onDocument of this.#watchers) onDocument(name, body);
  }
}
