import type { ChannelListener, Channel } from '#src/transport/channel.js';
import { Links } from '#src/replication/flood/links.js';
import type { World } from '#src/replication/flood/world.js';
import { Journal } from '#src/journal/journal.js';
import { LocationStore, type Applied } from '#src/store/store.js';
import { NEW_FEED } from '#src/store/feed-history.js';
import { epochAt, Receipts } from '#src/store/receipts.js';
import { RecordView } from '#src/store/record.js';
import { ByteWriter } from '#src/protocol/byte-writer.js';
import { CommandScanner } from '#src/protocol/command.js';
import { millisecondsBefore, type Instant } from '#src/protocol/timestamp.js';
import type { SimulatedDisk } from './disk.ts';
import { modelOf, type ModelLocation } from './model.ts';
import type { Network } from './network.ts';
import type { Random } from './random.ts';

const HORIZON_MS = 500;
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
}

/** A client's report, as far as it has come. */
export interface Report {
  readonly location: ModelLocation;
  readonly applied: Applied;
  /** The neighbours that it was written to before it was answered, or something newer. */
  sentTo: readonly string[];
  /** Whether a neighbour has confirmed it, and all linked ones. */
  confirmed: boolean;
  /** Whether it is on the server's disk. */
  journaled: boolean;
}

/** One life of a server, from its start to its crash: the real parts on a virtual world. */
export class SimulatedServer {
  readonly name: string;
  readonly store: LocationStore;
  readonly #parts: SimulatedServerParts;
  readonly #links: Links;
  readonly #receipts: Receipts;
  #journal: Journal | undefined;
  #alive = true;
  #joined = false;
  #turnRequested = false;
  #stopping = false;
  #waiting: { readonly number: number; readonly report: Report }[] = [];
  /** Told at the end of each turn. */
  onTurn: () => void = () => {};

  constructor(parts: SimulatedServerParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.#receipts = new Receipts(epochAt(parts.now()));
    const { name: server, neighbours, confirming, disk, random } = parts;
    const epoch = random.hex(24);
    this.store = new LocationStore(epoch, disk?.open(epoch) ?? NEW_FEED);
    const read = disk?.state.read ?? {};
    const membership = { herd: 'simulated', server, neighbours, read, confirming };
    const events = { linkUp() {}, linkDown() {}, linkFailed() {} };
    this.#links = new Links(membership, this.store, this.#world(), events);
    this.#join();
  }

  /** The neighbours with which a link is up. */
  get linked(): string[] {
    return this.#links.up;
  }

  /** What it holds of a client. */
  get(client: string): ModelLocation | undefined {
    const location = this.store.get(Buffer.from(client));
    return location && modelOf(location.at);
  }

  /** Whether it takes connections. */
  accept(open: (listener: ChannelListener) => Channel): boolean {
    if (this.#joined) this.#links.accept((listener) => open(this.#whileAlive(listener)));
    return this.#joined;
  }

  /** Ends this life: nothing that comes to it has any effect. */
  crash(): void {
    this.#alive = false;
    this.#parts.disk?.crash();
  }

  /**
   * Stops as it was asked to: its neighbours first get what they lack. Tells whether all linked ones, at
   * least one, have it.
   */
  async stop(): Promise<boolean> {
    if (this.#stopping) return false;
    this.#stopping = true;
    const late = await this.#links.drain(DRAIN_MS);
    const isSafe = this.#alive && late.length === 0 && this.linked.length > 0;
    if (this.#alive) this.#links.stop();
    this.crash();
    return isSafe;
  }

  /** Takes clients' reports, all in one turn as the real server would. */
  report(lines: readonly string[]): Report[] {
    const reports = lines.map((line) => this.#take(line));
    this.#turn();
    return reports;
  }

  #take(line: string): Report {
    const command = new CommandScanner();
    const at = new RecordView();
    this.#receipts.next(this.#parts.now());
    const isReport = command.scan(Buffer.from(line), 0, line.length) === 'IAMAT';
    const prefix = Buffer.from(`AT ${this.name} `);
    at.write(new ByteWriter(line.length), prefix, this.#receipts.last, command);
    at.epoch = this.#receipts.epoch;
    at.sequence = this.#receipts.sequence + 1;
    const location = modelOf(at.toString());
    if (!isReport || location === undefined)
      throw new Error(`the simulation made no report: ${line}`);
    const applied = this.store.apply(at);
    const report = { location, applied, sentTo: [], confirmed: false, journaled: false };
    if (applied === 'newer') this.#receipts.accept();
    if (applied === 'newer') this.#waiting.push({ number: this.store.head, report });
    return report;
  }

  #join(): void {
    const { disk, network } = this.#parts;
    if (disk !== undefined) {
      const segments = disk.restore(this.store);
      this.#journal = new Journal(
        {
          store: this.store,
          storage: disk.storage(),
          positions: () => this.#links.read,
          events: { journalFailed() {}, journalRecovered() {}, journalMoved: () => this.#wake() },
          now: () => network.schedule.now,
          after: (delayMs, action) => network.schedule.after(delayMs, action),
          wake: () => this.#wake(),
          intervalMs: 0,
          sizes: disk.sizes,
        },
        { state: disk.state, segments },
      );
    }
    this.#joined = true;
    this.#links.start();
    this.#forget();
  }

  #forget(): void {
    const { forgetMs, network, now } = this.#parts;
    if (forgetMs === undefined || !this.#alive) return;
    this.store.forgetBefore(millisecondsBefore(now(), forgetMs));
    for (const dropped of this.store.sweep(3)) {
      if (dropped > 0) this.#journal?.forget();
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
      random: () => random.next(),
      dial: (neighbour, listener) => network.dial(name, neighbour, this.#whileAlive(listener)),
      wake: () => this.#wake(),
    };
  }

  #wake(): void {
    if (this.#turnRequested) return;
    this.#turnRequested = true;
    this.#parts.network.schedule.after(0, () => {
      this.#turnRequested = false;
      if (this.#alive) this.#turn();
    });
  }

  #turn(): void {
    this.#links.flush();
    this.#journal?.flush();
    this.#acknowledge();
    if (this.#stopping) this.#parts.network.schedule.settle();
    this.onTurn();
  }

  /** Notes of which reports more than their receipt could be promised by now. */
  #acknowledge(): void {
    const { confirming } = this.#parts;
    const confirmed = confirming && this.linked.length > 0 ? this.#links.confirmed : 0;
    const journaled = this.#journal?.written ?? 0;
    for (const { number, report } of this.#waiting) {
      if (number <= confirmed) report.confirmed = true;
      if (number <= journaled) report.journaled = true;
    }
    this.#waiting = this.#waiting.filter(
      ({ report }) =>
        (confirming && !report.confirmed) || (this.#journal !== undefined && !report.journaled),
    );
  }

  #whileAlive(listener: ChannelListener): ChannelListener {
    const then = (act: () => void): void => {
      if (!this.#alive) return;
      act();
      this.#wake();
    };
    return {
      opened: () => then(() => listener.opened()),
      proven: (server) => then(() => listener.proven(server)),
      received: (bytes) => then(() => listener.received(bytes)),
      drained: () => then(() => listener.drained()),
      closed: (cause) => then(() => listener.closed(cause)),
    };
  }
}
