import { NO_END } from '../protocol/report.ts';
import { ChangeReader } from '../store/change-stream.ts';
import type { LocationStore } from '../store/store.ts';
import type { Contact } from '../store/contact.ts';
import type { VersionVector } from '../store/version-vector.ts';
import { parseContacts } from './contacts-line.ts';
import { FrameScanner } from './frame-scanner.ts';
import type { JournalLimits } from './journal-limits.ts';
import type { JournalFile } from './open-journal.ts';
import type { Storage } from './storage.ts';
import { parseVector } from './vector-line.ts';

const LF = 0x0a;
/** The first letters of the lines that are no changes. */
const [F, V, L, E] = ['F', 'V', 'L', 'E'].map((letter) => letter.charCodeAt(0));

/** What a replay needs. */
export interface ReplayParts {
  readonly store: LocationStore;
  readonly storage: Storage;
  /** What is read, in its order. */
  readonly files: readonly JournalFile[];
  /** No change that is read has a greater seq. */
  readonly head: number;
  /** Lets others work. */
  readonly pause: () => Promise<void>;
  readonly limits: JournalLimits;
  /** Ends it before it is through. */
  readonly signal: AbortSignal;
}

/** What a replay found. */
export interface Replayed {
  /** What the server had of every origin, all of which was found; empty where something was lost. */
  readonly vector: VersionVector;
  /** When it last had all that each neighbour had; empty where something was lost. */
  readonly contacts: readonly Contact[];
  /** In words, what of the last write before a crash was cut off: it was never promised. */
  readonly torn: readonly string[];
  /** In words, what is damaged: promises may be broken. */
  readonly damaged: readonly string[];
}

/** Puts what a journal kept into a store, step by step, while others use it. */
export class Replay {
  readonly #parts: ReplayParts;
  readonly #scanner = new FrameScanner();
  readonly #reader = new ChangeReader();
  readonly #torn: string[] = [];
  readonly #damaged: string[] = [];
  /** The life of the server that wrote what is read; `undefined` where that is not known. */
  #epoch: string | undefined;
  /** The last change that was read. */
  #last = 0;
  #vector: VersionVector = [];
  #contacts: readonly Contact[] = [];
  /** Whether the end of the snapshot that is read was there. */
  #isEnded = false;
  #lines = 0;
  #invalidLines = 0;

  constructor(parts: ReplayParts) {
    this.#parts = parts;
  }

  /** Rejects with the signal's reason where that ends it. */
  async run(): Promise<Replayed> {
    const { files } = this.#parts;
    this.#checkRow();
    for (const [index, file] of files.entries()) {
      this.#begin(file);
      try {
        await this.#readFile(file.name);
      } catch (error) {
        this.#parts.signal.throwIfAborted();
        this.#damaged.push(
          `${file.name}: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
      await this.#noteEnd(file, files[index + 1]);
    }
    const isWhole = this.#damaged.length === 0;
    return {
      vector: isWhole ? this.#vector : [],
      contacts: isWhole ? this.#contacts : [],
      torn: this.#torn,
      damaged: this.#damaged,
    };
  }

  /** Sees whether a log is missing. */
  #checkRow(): void {
    const { files } = this.#parts;
    let next = files[0]?.kind === 'snapshot' ? files[0].number : 1;
    for (const { name, kind, number } of files) {
      if (kind === 'snapshot') continue;
      if (number > next) this.#damaged.push(`the log before ${name} is missing`);
      next = number + 1;
    }
    const [only] = files;
    if (files.length === 1 && only?.kind === 'snapshot') {
      this.#damaged.push(`the log after ${only.name} is missing`);
    }
  }

  #begin({ header }: JournalFile): void {
    this.#scanner.restart();
    this.#isEnded = false;
    this.#invalidLines = 0;
    this.#epoch = header?.epoch;
  }

  async #readFile(name: string): Promise<void> {
    const { storage, signal } = this.#parts;
    const scanner = this.#scanner;
    for (let position = 0; ;) {
      signal.throwIfAborted();
      const found = scanner.next();
      if (found === 'end') return;
      if (found === 'frame') await this.#takeFrame();
      else {
        const count = await storage.read(name, position, scanner.room());
        scanner.add(count);
        position += count;
      }
    }
  }

  async #takeFrame(): Promise<void> {
    const { pause, limits } = this.#parts;
    const { bytes, payloadEnd } = this.#scanner;
    this.#reader.restart();
    for (let start = this.#scanner.payloadStart; start < payloadEnd;) {
      let end = this.#reader.scanChange(bytes, start, payloadEnd);
      if (end !== NO_END) this.#takeChange();
      else {
        end = bytes.indexOf(LF, start);
        this.#takeLine(bytes, start, end);
      }
      start = end + 1;
      this.#lines += 1;
      if (this.#lines % limits.replayedLines === 0) await pause();
    }
  }

  #takeLine(bytes: Buffer, start: number, end: number): void {
    const first = bytes[start];
    if (first === F) return;
    if (first === E) this.#isEnded = true;
    else if (first === V) {
      this.#vector = parseVector(bytes.toString('utf8', start, end)) ?? this.#vector;
    } else if (first === L) {
      this.#contacts = parseContacts(bytes.toString('utf8', start, end)) ?? this.#contacts;
    } else {
      const taken = this.#reader.take({ bytes, start, end, tooLong: false });
      if (taken === 'change') this.#takeChange();
      else if (taken === 'invalid') this.#invalidLines += 1;
    }
  }

  #takeChange(): void {
    const { record, seq } = this.#reader;
    if (seq <= this.#last || seq > this.#parts.head) {
      this.#invalidLines += 1;
      return;
    }
    this.#last = seq;
    this.#parts.store.replay(record, seq);
  }

  async #noteEnd(file: JournalFile, next: JournalFile | undefined): Promise<void> {
    const { damagedBytes, tailBytes, goodEnd } = this.#scanner;
    const { name, kind } = file;
    if (damagedBytes > 0) this.#damaged.push(`${name}: ${damagedBytes} bytes are damaged`);
    if (this.#invalidLines > 0) {
      this.#damaged.push(`${name}: ${this.#invalidLines} lines cannot be read`);
    }
    // A server ends a log only when it is whole: one that is not is the last of its epoch.
    const isLast = kind === 'log' && (next === undefined || next.header?.epoch !== this.#epoch);
    const isCut = kind === 'snapshot' ? !this.#isEnded || tailBytes > 0 : tailBytes > 0;
    if (!isCut) return;
    if (!isLast) {
      this.#damaged.push(`${name}: its end is damaged or missing`);
      return;
    }
    this.#torn.push(`${name}: the last ${tailBytes} bytes`);
    // Where it cannot be cut it is reported again at the next start.
    await this.#parts.storage.truncate(name, goodEnd).catch(() => {});
  }
}
