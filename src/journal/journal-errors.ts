export type JournalErrorCode =
  | 'JOURNAL_LOCKED' // another process has it open
  | 'JOURNAL_CORRUPT' // it is damaged
  | 'JOURNAL_FOREIGN' // it is another server's, or of a format that is not known
  | 'JOURNAL_UNWRITABLE'; // the folder cannot be written to, or the disk is full

const REMEDIES: Record<JournalErrorCode, string> = {
  JOURNAL_LOCKED: 'another process has it open; end that one, or give this server another folder',
  JOURNAL_CORRUPT:
    'it is damaged; move it away to start without it: the neighbours send what they have',
  JOURNAL_FOREIGN: "it is not this server's; give this server another folder",
  JOURNAL_UNWRITABLE: 'it cannot be written',
};

/** A journal cannot be opened or read. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
  readonly code: JournalErrorCode;
  readonly folder: string;

  /** @param detail what was found */
  constructor(code: JournalErrorCode, folder: string, detail: string, cause?: unknown) {
    super(`the journal ${folder}: ${REMEDIES[code]} (${detail})`, { cause });
    this.code = code;
    this.folder = folder;
  }
}
