import type { ChannelListener, Channel } from '#src/transport/channel.js';
import assert from 'node:assert/strict';
import { Links } from '#src/replication/flood/links.js';
import { NO_FACTS } from '#src/replication/no-facts.test.js';
import type { World } from '#src/replication/world.js';
import { Journal } from '#src/journal/journal.js';
import { openJournal } from '#src/journal/open-journal.js';
import { LocationStore, type Applied } from '#src/store/store.js';
import type { Contact } from '#src/store/contact.js';
import type { KnownServer } from '#src/replication/server-status.js';
import type { VersionVector } from '#src/store/version-vector.js';
import { epochAt, Receipts } from '#src/store/receipts.js';
import { RecordView } from '#src/store/record.js';
import { NO_SLOT } from '#src/store/slot-index.js';
import { encodeAttributes } from '#src/protocol/attributes.js';
import { ByteWriter } from '#src/protocol/byte-writer.js';
import { CommandScanner } from '#src/protocol/command.js';
import {
  compareInstants,
  millisecondsBefore,
  nanosecondAfter,
  type Instant,
} from '#src/protocol/timestamp.js';
import type { SimulatedDisk } from './disk.ts';
import { isAtLeast, modelOf, type ModelLocation } from './model.ts';
import type { Network } from './network.ts';
import type { Random } from './random.ts';

const HORIZON_MS = 500;
/** One of so many reports has attributes. */
const WITH_ATTRIBUTES = 5;
/** How a line begins by which a client is removed, or a document: its ID or key follows. */
export const REMOVE = 'REMOVE ';
/** How a line begins by which a document is put: its key and its text follow. */
export const DOCUMENT = 'DOCUMENT';
/** How long a server that stops waits for its neighbours, in milliseconds. */
const DRAIN_MS = 2000;

/** What a simulated server is made of, and what it lives in. */
export interface SimulatedServerParts {
  readonly name: string;
  readonly neighbours: readonly string[];
  readonly network: Network;
  readonly random: Random;
  /** The time on its own clock. */
  readonly now: () => Instant;
  readonly confirming: boolean;
  readonly disk: SimulatedDisk | undefined;
  readonly forgetMs: number | undefined;
  /** Whether any server may have forgotten a location by now. */
  readonly isToForget: (location: ModelLocation) => boolean;
  /** Whether an entry of the version vector that its journal kept is still there. */
  readonly keepsEntry: () => boolean;
  /** How long it takes at most until it gets to a tick, in milliseconds: all that comes meanwhile is one tick's. */
  readonly busyMs: number;
}

/** A client's report, as far as it has come. */
export interface Report {
  readonly location: ModelLocation;
  /** Whether it is received after what it replaces, as removals and documents are, whoever's clock that was. */
  readonly isAfterAll: boolean;
  /** Its identity, with its origin, where it was newer than what there was. */
  readonly epoch: number;
  readonly sequence: number;
  readonly applied: Applied;
  /** When it was accepted: by the server's clock, in nanoseconds since the POSIX epoch, and in the run. */
  readonly clock: bigint;
  readonly acceptedMs: number;
  /** The neighbours that it was written to before it was answered, or something newer. */
  sentTo: readonly string[];
  /** Whether a neighbour has confirmed it, and all linked ones. */
  confirmed: boolean;
  /** Since when it is on the server's disk. */
  journaledMs: number | undefined;
}

/** One life of a server, from its start to its crash: the real parts on a virtual world. */
export class SimulatedServer {
  readonly name: string;
  readonly #parts: SimulatedServerParts;
  #store: LocationStore | undefined;
  #links: Links | undefined;
  readonly #receipts: Receipts;
  #journal: Journal | undefined;
  /** What `get` reads. */
  readonly #line = new ByteWriter(256);
  #alive = true;
  #tickRequested = false;
  #stopping = false;
  #waiting: { readonly seq: number; readonly report: Report }[] = [];
  /** Told at the end of each tick. */
  onTick: () => void = () => {};
  /** Told of reports once they are taken in, and before anybody is told of them. */
  onReports: (reports: readonly Report[]) => void = () => {};
  /** Told of what must not happen when it starts. */
  onBroken: (error: unknown) => void = () => {};
  /** Told how many locations it forgot. */
  onForgotten: (count: number) => void = () => {};

  constructor(parts: SimulatedServerParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.#receipts = new Receipts(epochAt(parts.now()));
    if (parts.disk === undefined) this.#serve();
    else this.#open(parts.disk).catch((error: unknown) => this.onBroken(error));
  }

  /** Whether it takes reports: it has opened its journal, and may still be reading it. */
  get serving(): boolean {
    return this.#store !== undefined;
  }

  get store(): LocationStore {
    if (this.#store === undefined) throw new Error(`${this.name} does not serve yet`);
    return this.#store;
  }

  /** The neighbours with which a link is up. */
  get linked(): string[] {
    return this.#links?.up ?? [];
  }

  /** What it claims to have of every origin. */
  get vector(): VersionVector {
    return this.#links?.vector ?? [];
  }

  /** What it knows of every server. */
  get herd(): readonly KnownServer[] {
    return this.#links?.herd() ?? [];
  }

  /** The names of the origins and of the linked neighbours of which something is missing. */
  get lagging(): string[] {
    const { origins = [], neighbours = [] } = this.#links?.lag() ?? {};
    const watched = neighbours.filter(({ name }) => this.linked.includes(name));
    return [...origins, ...watched].flatMap(({ name, reports }) => (reports > 0 ? [name] : []));
  }

  /** What it holds of a client: its location, or its tombstone; or of the document whose key is given. */
  get(client: string): ModelLocation | undefined {
    // Its line says whose a tombstone is as well: a removal and what came before or after it may be of one time.
    const slot = this.#store?.slotOf(Buffer.from(client)) ?? NO_SLOT;
    if (slot === NO_SLOT) return undefined;
    this.#line.length = 0;
    this.store.writeLine(slot, this.#line);
    const record = modelOf(this.#line.view().toString('latin1'));
    if (!this.store.isRemoval(slot)) return this.store.isShown(slot) ? record : undefined;
    return record === undefined || this.#parts.isToForget(record) ? undefined : record;
  }

  /** Whether it takes connections. */
  accept(open: (listener: ChannelListener) => Channel): boolean {
    this.#links?.accept((listener) => open(this.#whileAlive(listener)));
    return this.#links !== undefined;
  }

  /** Whether it was asked to stop. */
  get stopping(): boolean {
    return this.#stopping;
  }

  /** Ends this life: nothing that comes to it has any effect. */
  crash(): void {
    this.#alive = false;
    this.#parts.disk?.crash();
  }

  /**
   * Stops as it was asked to: its neighbours first get what they lack. Gives the linked ones where all of
   * them have it; none where one does not.
   */
  async stop(): Promise<readonly string[]> {
    this.#stopping = true;
    const late = (await this.#links?.drain(DRAIN_MS)) ?? [];
    if (!this.#alive) return [];
    const holders = late.length === 0 ? this.linked : [];
    this.#links?.stop();
    this.crash();
    return holders;
  }

  /** Takes clients' reports, all in one tick as the real server would. */
  report(lines: readonly string[]): Report[] {
    const reports = lines.map((line) => this.#take(line));
    this.onReports(reports);
    this.#tick();
    return reports;
  }

  /** Takes a report, a removal or a document. */
  #take(line: string): Report {
    const record = new RecordView();
    const { now, network } = this.#parts;
    const { seconds, nanoseconds } = now();
    this.#receipts.next({ seconds, nanoseconds });
    const isReport = line.startsWith('IAMAT ');
    if (isReport) this.#writeReport(record, line);
    else this.#writeAfterAll(record, line);
    record.epoch = this.#receipts.epoch;
    record.sequence = this.#receipts.sequence + 1;
    const { bytes, start, recordEnd } = record;
    const location = modelOf(bytes.toString('latin1', start, recordEnd));
    if (location === undefined) throw new Error(`the simulation made no report: ${line}`);
    const applied = this.store.apply(record);
    const { epoch, sequence } = record;
    const report = {
      location,
      isAfterAll: !isReport,
      epoch,
      sequence,
      applied,
      clock: BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds),
      acceptedMs: network.schedule.now,
      sentTo: [],
      confirmed: false,
      journaledMs: undefined,
    };
    if (applied === 'newer') this.#receipts.accept();
    if (applied === 'newer') this.#waiting.push({ seq: this.store.head, report });
    return report;
  }

  #writeReport(record: RecordView, line: string): void {
    const command = new CommandScanner();
    const isReport = command.scan(Buffer.from(line), 0, line.length) === 'IAMAT';
    if (!isReport) throw new Error(`the simulation made no report: ${line}`);
    const prefix = Buffer.from(`AT ${this.name} `);
    const out = new ByteWriter(line.length);
    record.write(out, prefix, this.#receipts.last, command);
    const { sequence } = this.#receipts;
    if (sequence % WITH_ATTRIBUTES === 0) {
      record.writeAttributes(out, encodeAttributes({ speedMps: sequence }));
    }
  }

  /** A removal or a document comes after what it replaces, as with the real server. */
  #writeAfterAll(record: RecordView, line: string): void {
    const { last } = this.#receipts;
    const isRemoval = line.startsWith(REMOVE);
    const bodyStart = isRemoval ? line.length : line.lastIndexOf(' ');
    const key = Buffer.from(line.slice(isRemoval ? REMOVE.length : DOCUMENT.length, bodyStart));
    const time = this.store.timeOf(key) ?? last;
    const received = compareInstants(last, time) > 0 ? last : nanosecondAfter(time);
    const [out, server] = [new ByteWriter(line.length), Buffer.from(this.name)];
    if (isRemoval) record.writeRemoval(out, server, received, key, received);
    else record.writeDocument(out, server, received, key, Buffer.from(line.slice(bodyStart + 1)));
  }

  /** Opens the journal, serves while it is replayed, and then becomes one of the herd. */
  async #open(disk: SimulatedDisk): Promise<void> {
    const { name: server, network, random } = this.#parts;
    const owner = { herd: 'simulated', server, epoch: random.hex(24) };
    const storage = disk.storage();
    const opened = await openJournal(storage, server, owner);
    if (!this.#alive) return;
    disk.fail();
    const { store, links } = this.#make(opened.head);
    const journal = new Journal(
      {
        store,
        storage,
        owner,
        vector: () => links.vector,
        contacts: () => links.contacts,
        events: {
          onFailed() {},
          onRecovered() {},
          onMoved: () => this.#wake(),
          onCompacted() {},
          onCompactionFailed() {},
        },
        now: () => network.schedule.now,
        after: (delayMs, action) => this.#after(delayMs, action),
        yield: () => new Promise((resolve) => this.#after(1, resolve)),
        wake: () => this.#wake(),
        intervalMs: 0,
        limits: disk.limits,
      },
      opened,
    );
    this.#journal = journal;
    const { vector, contacts, damaged } = await journal.replay();
    assert.deepEqual(damaged, [], `the journal of ${server} is damaged`);
    this.#checkPromised(disk);
    this.#join(links, vector, contacts);
  }

  /** What is on disk is there again, or something newer, but for what is to be forgotten. */
  #checkPromised(disk: SimulatedDisk): void {
    for (const location of disk.promised) {
      const held = this.get(location.client);
      const isKept =
        this.#parts.isToForget(location) || (held !== undefined && isAtLeast(held, location));
      assert.ok(
        isKept,
        `${this.name} had promised ${location.at} to its disk, and has ${held?.at}`,
      );
    }
  }

  #serve(): void {
    this.#join(this.#make(0).links, [], []);
  }

  #make(head: number): { store: LocationStore; links: Links } {
    const { name: server, neighbours, confirming } = this.#parts;
    const store = new LocationStore(head);
    const membership = {
      herd: 'simulated',
      server,
      epoch: () => this.#receipts.epoch,
      neighbours,
      confirming,
      tombstoneGraceMs: Infinity,
      withdraw: () => assert.fail('no tombstone is forgotten'),
      facts: () => NO_FACTS,
    };
    const events = { onLinkUp() {}, onLinkDown() {}, onLinkFailed() {}, onLag() {} };
    const links = new Links(membership, store, this.#world(), events);
    [this.#store, this.#links] = [store, links];
    return { store, links };
  }

  #join(links: Links, vector: VersionVector, contacts: readonly Contact[]): void {
    links.start(vector.filter(this.#parts.keepsEntry), contacts);
    this.#forget();
  }

  /** Runs `action` after a while, and has what it settles followed up, if this life lasts so long. */
  #after(delayMs: number, action: () => void): () => void {
    const { schedule } = this.#parts.network;
    return schedule.after(delayMs, () => {
      if (!this.#alive) return;
      schedule.settle();
      action();
    });
  }

  #forget(): void {
    const { forgetMs, network, now } = this.#parts;
    if (forgetMs === undefined || !this.#alive) return;
    this.store.forgetBefore(millisecondsBefore(now(), forgetMs));
    for (const dropped of this.store.sweep(3)) {
      if (dropped === 0) continue;
      this.#journal?.forget();
      this.onForgotten(dropped);
    }
    network.schedule.after(HORIZON_MS, () => this.#forget());
  }

  #world(): World {
    const { network, random, name } = this.#parts;
    return {
      clock: {
        after: (delayMs, action) =>
          network.schedule.after(delayMs, () => {
            if (!this.#alive) return;
            action();
            if (this.#stopping) network.schedule.settle();
          }),
      },
      nowMs: () => network.schedule.now,
      now: this.#parts.now,
      random: () => random.next(),
      dial: (neighbour, listener) => network.dial(name, neighbour, this.#whileAlive(listener)),
      wake: () => this.#wake(),
    };
  }

  #wake(): void {
    if (this.#tickRequested) return;
    this.#tickRequested = true;
    const { network, random, busyMs } = this.#parts;
    network.schedule.after(random.next() * busyMs, () => {
      this.#tickRequested = false;
      if (this.#alive) this.#tick();
    });
  }

  #tick(): void {
    this.#links?.flush();
    this.#journal?.flush();
    this.#acknowledge();
    if (this.#stopping) this.#parts.network.schedule.settle();
    this.onTick();
  }

  /** Notes of which reports more than their receipt could be promised by now. */
  #acknowledge(): void {
    const { confirming, network } = this.#parts;
    const confirmed = confirming && this.linked.length > 0 ? (this.#links?.confirmed ?? 0) : 0;
    const journaled = this.#journal?.written ?? 0;
    for (const { seq, report } of this.#waiting) {
      if (seq <= confirmed) report.confirmed = true;
      if (seq <= journaled && report.journaledMs === undefined) {
        report.journaledMs = network.schedule.now;
        this.#parts.disk?.promise(report.location);
      }
    }
    this.#waiting = this.#waiting.filter(
      ({ report }) =>
        (confirming && !report.confirmed) ||
        (this.#journal !== undefined && report.journaledMs === undefined),
    );
  }

  #whileAlive(listener: ChannelListener): ChannelListener {
    const then = (act: () => void): void => {
      if (!this.#alive) return;
      act();
      this.#wake();
    };
    return {
      onOpened: () => then(() => listener.onOpened()),
      onProven: (server) => then(() => listener.onProven(server)),
      onReceived: (bytes) => then(() => listener.onReceived(bytes)),
      onDrained: () => then(() => listener.onDrained()),
      onClosed: (cause) => then(() => listener.onClosed(cause)),
    };
  }
}
