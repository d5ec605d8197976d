import { parseHeader, type FileHeader } from './file-header.ts';
import { FRAME_HEADER_BYTES, scanFrame } from './frame.ts';
import { JournalError } from './journal-errors.ts';
import { parseFileName } from './journal-file-name.ts';
import { beginLog, limitOf, type JournalOwner, type LogFile } from './log-file.ts';
import type { Storage, StoredFile } from './storage.ts';

/** A header takes no more: two names of at most 64 bytes, an epoch and a seq, however they are escaped. */
const MAX_HEADER_BYTES = 4096;

/** A file of a journal that is to be read. */
export interface JournalFile extends StoredFile {
  readonly kind: 'log' | 'snapshot';
  /** Its place: a snapshot's is that of the log that goes on from it. */
  readonly number: number;
  /** `undefined` where it is damaged. */
  readonly header: FileHeader | undefined;
  /** No change in it has a greater seq. */
  readonly limit: number;
}

/** A journal that can be read and written. */
export interface OpenedJournal {
  /** New changes have seqs after this one. */
  readonly head: number;
  /** What is to be read: a snapshot, where there is one, and the logs after it, in their order. */
  readonly files: readonly JournalFile[];
  /** The log that is to be written. */
  readonly log: LogFile;
}

/**
 * Opens a journal, or begins one where there is none. Reads the headers of its files alone, and
 * begins a log.
 *
 * @param folder its name, for errors
 * @throws {JournalError} where it cannot be used
 */
export async function openJournal(
  storage: Storage,
  folder: string,
  owner: JournalOwner,
): Promise<OpenedJournal> {
  const stored = await storage.list();
  requireOurs(stored, folder);
  const found: JournalFile[] = [];
  for (const file of stored) {
    const opened = await openFile(storage, folder, owner, file);
    if (opened !== undefined) found.push(opened);
  }
  const [first] = found;
  if (first !== undefined && found.every(({ header }) => header === undefined)) {
    const why = `the beginning of ${first.name} is damaged, so it may be any server's`;
    throw new JournalError('JOURNAL_CORRUPT', folder, why);
  }
  const head = Math.max(0, ...found.map(({ limit }) => limit));
  const number = 1 + Math.max(0, ...found.map((file) => file.number));
  const log = await beginLog(storage, owner, { number, head, limit: limitOf(head) });
  const files = filesToRead(found);
  for (const { name } of stored) {
    const isUsed = files.some((file) => file.name === name);
    if (!isUsed && parseFileName(name) !== undefined) await storage.remove(name);
  }
  return { head, files, log };
}

/** The newest snapshot and the logs after it. What is older is in it. */
function filesToRead(found: readonly JournalFile[]): JournalFile[] {
  const snapshots = found.filter(({ kind }) => kind === 'snapshot');
  const newest = Math.max(0, ...snapshots.map(({ number }) => number));
  return found
    .filter(({ kind, number }) => (kind === 'log' ? number >= newest : number === newest))
    .sort((a, b) => a.number - b.number || (a.kind === 'snapshot' ? -1 : 1));
}

/** @returns `undefined` where it is no file of a journal, or not a whole one */
async function openFile(
  storage: Storage,
  folder: string,
  { herd, server }: JournalOwner,
  file: StoredFile,
): Promise<JournalFile | undefined> {
  const parsed = parseFileName(file.name);
  if (parsed === undefined || parsed.kind === 'part') return undefined;
  const bytes = Buffer.allocUnsafe(Math.min(file.sizeBytes, MAX_HEADER_BYTES));
  const end = scanFrame(bytes, 0, await storage.read(file.name, 0, bytes));
  const payload = end > 0 ? bytes.toString('utf8', FRAME_HEADER_BYTES, end) : '';
  const header = parseHeader(payload, parsed.kind);
  if (typeof header === 'string') {
    throw new JournalError('JOURNAL_FOREIGN', folder, `${file.name}: ${header}`);
  }
  if (header !== undefined && (header.herd !== herd || header.server !== server)) {
    const whose = `it is that of ${header.server} of herd ${header.herd}`;
    throw new JournalError('JOURNAL_FOREIGN', folder, whose);
  }
  const isEmpty = header !== undefined && end === file.sizeBytes;
  const limit = parsed.kind === 'log' && !isEmpty ? parsed.limit : (header?.head ?? 0);
  return { ...file, kind: parsed.kind, number: parsed.number, header, limit };
}

/** What other files than a journal's may be in its folder. */
const STRANGERS = /^(\.|lost\+found$)/;
const LEVEL_FILES = /^(CURRENT|MANIFEST-\d+|\d+\.ldb)$/;

function requireOurs(stored: readonly StoredFile[], folder: string): void {
  const names = stored.map(({ name }) => name).filter((name) => !STRANGERS.test(name));
  const level = names.find((name) => LEVEL_FILES.test(name));
  if (level !== undefined) {
    const why = `it has ${level}: it is in LevelDB, as those of older versions; start without it`;
    throw new JournalError('JOURNAL_FOREIGN', folder, why);
  }
  const [first] = names;
  if (first === undefined || names.some((name) => parseFileName(name) !== undefined)) return;
  throw new JournalError('JOURNAL_FOREIGN', folder, `it has ${JSON.stringify(first)}`);
}
