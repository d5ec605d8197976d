import type { LocationStore } from '../store/store.ts';
import type { Contact } from '../store/contact.ts';
import type { VersionVector } from '../store/version-vector.ts';
import { formatContacts } from './contacts-line.ts';
import { formatHeader, type FileHeader } from './file-header.ts';
import { frameOf } from './frame.ts';
import { FrameBuffer } from './frame-buffer.ts';
import type { JournalLimits } from './journal-limits.ts';
import { partName } from './journal-file-name.ts';
import type { Storage, WritableFile } from './storage.ts';
import { formatVector } from './vector-line.ts';

/** How many times as long as a step took the server it rests after it: so it has a fifth of its time. */
const REST_FACTOR = 4;

/** The last line of a snapshot: one that does not end with it is not whole. */
const SNAPSHOT_END = 'END';

/** What a snapshot needs while it is written. */
export interface SnapshotParts {
  readonly store: LocationStore;
  readonly storage: Storage;
  /** Milliseconds since any fixed time. */
  readonly now: () => number;
  /** Waits. */
  readonly pause: (delayMs: number) => Promise<void>;
  readonly limits: JournalLimits;
  /** Ends it before it is whole. */
  readonly signal: AbortSignal;
}

/** What a server had when a log ended. */
export interface SnapshotNotes {
  /** What the records up to there are of every origin. */
  readonly vector: VersionVector;
  /** When it last had all of each neighbour. */
  readonly contacts: readonly Contact[];
}

/**
 * Writes all records of a store that changed up to a seq to a file that is named as a part. It goes
 * step by step while others change the store: what has changed by the time that it comes there
 * is not in it.
 *
 * @param name what the file is to be called when it is whole
 * @param header its `head` is the seq
 * @param notes what the server had by then
 * @returns the file's size in bytes
 */
export async function writeSnapshot(
  parts: SnapshotParts,
  name: string,
  header: FileHeader,
  notes: SnapshotNotes,
): Promise<number> {
  const file = await parts.storage.create(partName(name));
  try {
    return await writeRecords(parts, file, header, notes);
  } finally {
    await file.close();
  }
}

async function writeRecords(
  { store, now, pause, limits, signal }: SnapshotParts,
  file: WritableFile,
  header: FileHeader,
  { vector, contacts }: SnapshotNotes,
): Promise<number> {
  let position = 0;
  const write = async (bytes: Buffer): Promise<void> => {
    await file.write(bytes, position);
    await file.sync();
    position += bytes.length;
  };
  const first = [formatHeader(header), formatVector(vector), formatContacts(contacts)];
  await write(Buffer.concat(first.map(frameOf)));
  const isWanted = (_slot: number, seq: number): boolean => seq <= header.head;
  const frame = new FrameBuffer(limits.snapshotBytes);
  const cursor = store.openAfter(0);
  try {
    for (let isDone = false; !isDone;) {
      signal.throwIfAborted();
      const startedMs = now();
      const isAtHead = frame.fill(store, cursor, limits.snapshotChanges, isWanted);
      isDone = isAtHead || cursor.seq >= header.head;
      const restMs = REST_FACTOR * (now() - startedMs);
      if (!frame.isEmpty) await write(frame.seal());
      frame.clear();
      await pause(restMs);
    }
  } finally {
    store.close(cursor);
  }
  await write(frameOf(SNAPSHOT_END));
  return position;
}
