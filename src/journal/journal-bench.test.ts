import assert from 'node:assert/strict';
import { setImmediate as nextIteration } from 'node:timers/promises';

import { ByteWriter } from '../protocol/byte-writer.ts';
import { ChangeWriter } from '../store/change-stream.ts';
import type { RecordView } from '../store/record.ts';
import { scanRecord } from '../store/scan-record.test.ts';
import { LocationStore } from '../store/store.ts';
import type { Contact } from '../store/contact.ts';
import type { VersionVector } from '../store/version-vector.ts';
import { JOURNAL_LIMITS, type JournalLimits } from './journal-limits.ts';
import { Journal } from './journal.ts';
import { MemoryStorage } from './memory-storage.test.ts';
import { openJournal, type OpenedJournal } from './open-journal.ts';
import type { Replayed } from './replay.ts';

/*
 * What the tests of the journal share; there is no test in it.
 */

export const FOLDER = 'data/A';

let sequence = 0;

/** A client's record at a time in seconds. */
export function recordOf(client: string, time: number): RecordView {
  return recordIn(`AT A +1.000000000 ${client} +1+1 ${time}`);
}

/** The record that a line says. */
export function recordIn(line: string): RecordView {
  const record = scanRecord(line);
  sequence += 1;
  record.sequence = sequence;
  return record;
}

/** Lets everything come to an end that takes no time. */
export async function settle(): Promise<void> {
  for (let times = 0; times < 20; times++) await nextIteration();
}

interface BenchOptions {
  readonly storage?: MemoryStorage;
  readonly epoch?: string;
  readonly intervalMs?: number;
  readonly limits?: Partial<JournalLimits>;
}

/** A journal under a clock of the test's. */
export class Bench {
  readonly storage: MemoryStorage;
  readonly store: LocationStore;
  readonly journal: Journal;
  /** What the journal reported, but for `onMoved`. */
  readonly events: string[] = [];
  /** What the server has of every origin. */
  vector: VersionVector = [];
  contacts: readonly Contact[] = [];
  replayed: Replayed | undefined;
  #woken = false;
  readonly #timers = new Set<{ readonly dueMs: number; readonly action: () => void }>();
  #nowMs = 0;

  private constructor(
    storage: MemoryStorage,
    owner: { herd: string; server: string; epoch: string },
    opened: OpenedJournal,
    intervalMs: number,
    limits: JournalLimits,
  ) {
    this.storage = storage;
    this.store = new LocationStore(opened.head);
    this.journal = new Journal(
      {
        store: this.store,
        storage,
        owner,
        vector: () => this.vector,
        contacts: () => this.contacts,
        events: {
          onFailed: (error) => this.events.push(`failed: ${error.message}`),
          onRecovered: () => this.events.push('recovered'),
          onMoved: () => (this.#woken = true),
          onCompacted: () => this.events.push('compacted'),
          onCompactionFailed: (error) => this.events.push(`not compacted: ${error.message}`),
        },
        now: () => this.#nowMs,
        after: (delayMs, action) => {
          const timer = { dueMs: this.#nowMs + delayMs, action };
          this.#timers.add(timer);
          return () => this.#timers.delete(timer);
        },
        yield: () => nextIteration(),
        wake: () => (this.#woken = true),
        intervalMs,
        limits,
      },
      opened,
    );
  }

  /** Opens a journal, which has yet to be replayed. */
  static async open({
    storage = new MemoryStorage(),
    epoch = 'e1',
    intervalMs = 0,
    limits = {},
  }: BenchOptions = {}): Promise<Bench> {
    const owner = { herd: 'herd', server: 'A', epoch };
    const opened = await openJournal(storage, FOLDER, owner);
    return new Bench(storage, owner, opened, intervalMs, { ...JOURNAL_LIMITS, ...limits });
  }

  /** Opens a journal, and reads all that it has. */
  static async start(options: BenchOptions = {}): Promise<Bench> {
    const bench = await Bench.open(options);
    await bench.replay();
    return bench;
  }

  async replay(): Promise<void> {
    this.replayed = await this.journal.replay();
    this.vector = this.replayed.vector;
    this.contacts = this.replayed.contacts;
    await this.pass(0);
  }

  /** A client reports, and the server's tick ends. */
  async report(client: string, time: number): Promise<void> {
    this.apply(client, time);
    await this.tick();
  }

  /** A client reports, and the tick goes on. */
  apply(client: string, time: number): void {
    this.store.apply(recordOf(client, time));
  }

  async tick(): Promise<void> {
    this.#woken = false;
    this.journal.flush();
    await nextIteration();
  }

  /** Lets time pass, with the ticks that are asked for. */
  async pass(ms: number): Promise<void> {
    this.#nowMs += ms;
    for (let times = 0; times < 1000; times++) {
      for (const timer of this.#timers) {
        if (timer.dueMs > this.#nowMs) continue;
        this.#timers.delete(timer);
        timer.action();
      }
      const wasWoken = this.#woken;
      if (wasWoken) await this.tick();
      await settle();
      if (!wasWoken && ![...this.#timers].some(({ dueMs }) => dueMs <= this.#nowMs)) return;
    }
    assert.fail('it does not come to rest');
  }

  /** What the store has, as `client@time`, in the order of changes. */
  get kept(): string[] {
    return recordsIn(this.#changes);
  }

  /** What the store has, as lines, in the order of changes. */
  get lines(): string[] {
    const lines = this.#changes.toString('latin1').split('\n');
    return lines.filter((line) => line !== '' && !line.startsWith('CHANGES'));
  }

  get #changes(): Buffer {
    const out = new ByteWriter(1000);
    const cursor = this.store.openAfter(0);
    const writer = new ChangeWriter(out);
    while (!this.store.readChanges(cursor, writer, { maxBytes: 1000, maxChanges: 1000 }));
    this.store.close(cursor);
    return out.view();
  }
}

/** The records among lines, as `client@time`. */
export function recordsIn(bytes: Buffer): string[] {
  const lines = bytes.toString('latin1').split('\n');
  return lines.flatMap((line) => {
    const [word, , , client, , time] = line.split(' ');
    return word === 'AT' ? [`${client}@${time}`] : [];
  });
}

/** What a server that started now would read of a journal, as `client@time`, in the order of changes. */
export async function keptIn(storage: MemoryStorage): Promise<string[]> {
  const copy = new MemoryStorage();
  for (const [name, bytes] of storage.files) copy.files.set(name, Buffer.from(bytes));
  const bench = await Bench.start({ storage: copy, epoch: 'next' });
  assert.deepEqual(bench.replayed?.damaged, []);
  return bench.kept;
}
