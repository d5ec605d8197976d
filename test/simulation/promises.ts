import assert from 'node:assert/strict';
import { millisecondsBefore } from '#src/protocol/timestamp.js';
import type { VersionVector } from '#src/store/version-vector.js';
import { instantOf, type Herd } from './herd.ts';
import { isAtLeast, modelOf, type ModelLocation } from './model.ts';
import type { Scenario } from './scenario.ts';
import type { Report, SimulatedServer } from './server.ts';

/** How many clients are looked at all along. */
const MAX_WATCHED = 200;
/**
 * How far a receipt may be ahead of the server's clock, in nanoseconds: a clock that was set back by up to a
 * second is not followed, and receipts rise by a nanosecond.
 */
const MAX_RECEIPT_AHEAD_NS = 1_000_001_000n;
const FOLLOWED_BACK_NS = 1_000_000_000n;

/** What was last seen of one life of a server. */
interface Life {
  /** What it held of each client, to see that it never goes back. */
  readonly held: Map<string, ModelLocation>;
  /** The change up to which that was looked at. */
  head: number;
  /** What it claimed to have of each origin. */
  readonly claims: Map<string, number>;
  vector: VersionVector;
  /** The receipt that it gave last, in nanoseconds since the POSIX epoch, and in which epoch. */
  last: { readonly received: bigint; readonly epoch: number } | undefined;
}

/** What a herd promises, checked all along a run and at its end. */
export class Promises {
  readonly #herd: Herd;
  readonly #scenario: Scenario;
  /** All that is held: the keys of documents and the IDs of clients. */
  readonly #keys: readonly string[];
  readonly #lives = new Map<SimulatedServer, Life>();
  /** By origin, in the order of their sequence numbers. */
  readonly #records = new Map<string, Report[]>();
  /** By client. */
  readonly #reports = new Map<string, Report[]>();
  /** What was written in the tick under way. */
  #written: { readonly by: string; readonly to: string; readonly text: string }[] = [];
  #isResting = false;

  constructor(herd: Herd, scenario: Scenario) {
    this.#herd = herd;
    this.#scenario = scenario;
    this.#keys = [...scenario.documents, ...scenario.clients];
  }

  /** From now on nothing is to be said but heartbeats, and what servers say of themselves. */
  rest(): void {
    this.#isResting = true;
  }

  started(server: SimulatedServer): void {
    const life = { held: new Map(), head: -1, claims: new Map(), vector: [], last: undefined };
    this.#lives.set(server, life);
  }

  ended(server: SimulatedServer): void {
    this.#lives.delete(server);
  }

  /** A disk went back: what it promised since then is not promised any more. */
  wentBack(server: string, backupMs: number): void {
    for (const report of [...this.#reports.values()].flat()) {
      const isLost = report.location.origin === server && (report.journaledMs ?? 0) >= backupMs;
      if (isLost) report.journaledMs = undefined;
    }
  }

  /** Has a server take reports: its neighbours are written to before it answers. */
  answer(server: SimulatedServer, take: () => Report[]): void {
    this.#written = [];
    const reports = take();
    this.#checkWritten(server, reports);
    for (const report of reports) {
      const { client } = report.location;
      const others = this.#reports.get(client);
      if (others === undefined) this.#reports.set(client, [report]);
      else others.push(report);
    }
  }

  /** Notes reports, before anybody is told of them. */
  took(server: SimulatedServer, reports: readonly Report[]): void {
    const life = this.#lifeOf(server);
    for (const report of reports) {
      this.#checkReceipt(server, life, report);
      if (report.applied === 'newer') this.#record(server, report);
    }
  }

  /** A tick of a server is over. */
  ticked(server: SimulatedServer): void {
    const life = this.#lifeOf(server);
    this.#checkForwards(server, life);
    this.#checkClaims(server, life);
  }

  wrote(by: string, to: string, text: string, blocked: boolean): void {
    const greeting = /^(HELLO|HAS|READY|REFUSE)/.test(text);
    assert.ok(!blocked || greeting, `${by} writes on although ${to} does not read`);
    if (this.#isResting)
      assert.match(text, /^((HEARTBEAT \d+|STATUS [^\n]+)\n)+$/, `${by} is not at rest`);
    this.#written.push({ by, to, text });
  }

  /** What has arrived is held, or something newer. */
  delivered(to: string, text: string): void {
    const server = this.#herd.get(to);
    if (server === undefined) return;
    for (const line of text.split('\n')) {
      const location = modelOf(line);
      if (location === undefined) continue;
      const taken = this.#isAtLeast(server.get(location.client), location);
      assert.ok(taken, `${to} has received and does not hold ${location.at}`);
    }
  }

  /** What was accepted longer ago than that is held by all servers, or something newer. */
  checkFresh(withinMs: number): void {
    const beforeMs = this.#herd.schedule.now - withinMs;
    for (const reports of this.#reports.values()) {
      const report = reports.findLast(({ acceptedMs }) => acceptedMs < beforeMs);
      if (report === undefined) continue;
      const { location } = report;
      for (const server of this.#herd.running) {
        const isFresh = this.#isAtLeast(server.get(location.client), location);
        assert.ok(isFresh, `${server.name} still lacks ${location.at} after ${withinMs} ms`);
      }
    }
  }

  /** All servers hold the same, and nothing is lost that must not be. */
  checkAgreement(): void {
    const [first, ...others] = this.#herd.running;
    assert.ok(first !== undefined);
    this.#agreeOnHorizon();
    for (const client of this.#keys) {
      const agreed = first.get(client);
      for (const other of others) {
        const held = other.get(client)?.at;
        assert.equal(held, agreed?.at, `${first.name} and ${other.name} do not agree on ${client}`);
      }
      this.#checkKept(client, agreed);
    }
    for (const { name, linked, lagging } of this.#herd.running) {
      const all = this.#herd.neighboursOf(name);
      assert.deepEqual(lagging, [], `at ${name} something is missing`);
      assert.deepEqual(linked, all, `${name} is not linked with all its neighbours`);
    }
  }

  /** The neighbours are written to before the replies are: of each client its newest report. */
  #checkWritten(server: SimulatedServer, reports: readonly Report[]): void {
    const taken = reports.filter(({ applied }) => applied === 'newer');
    const newest = new Map(taken.map((report) => [report.location.client, report]));
    const by = server.name;
    for (const to of server.linked) {
      const blocked = this.#herd.network.isBlocked(by, to);
      const texts = this.#written.filter((write) => write.by === by && write.to === to);
      const lines = new Set(texts.flatMap(({ text }) => text.split('\n')));
      for (const { location } of newest.values()) {
        const isWritten = blocked || lines.has(location.at);
        assert.ok(isWritten, `${by} answered before it wrote to ${to}: ${location.at}`);
      }
      for (const report of taken) {
        const { at } = newest.get(report.location.client)?.location ?? {};
        if (at !== undefined && lines.has(at)) report.sentTo = [...report.sentTo, to];
      }
    }
  }

  /**
   * Receipts are the clock's time, and rise; one that was set back by more than a second is followed back. A
   * removal or a document is received after what it replaces, which another server's clock may have stamped: of it
   * only the clock is looked at.
   */
  #checkReceipt({ name }: SimulatedServer, life: Life, report: Report): void {
    const { location, clock, epoch, isAfterAll } = report;
    const before = life.last;
    const isSetBack = before !== undefined && before.received - clock > FOLLOWED_BACK_NS;
    if (before !== undefined && epoch !== before.epoch) this.#herd.counts.epochsEnded += 1;
    if (isAfterAll) {
      const isLater = before === undefined || isSetBack || clock > before.received;
      life.last = { received: isLater ? clock : before.received, epoch };
      return;
    }
    life.last = { received: location.received, epoch };
    const aheadNs = location.received - clock;
    const isTrue = aheadNs >= 0n && aheadNs <= MAX_RECEIPT_AHEAD_NS;
    assert.ok(isTrue, `the receipt is ${aheadNs} ns ahead of the clock of ${name}: ${location.at}`);
    if (before === undefined || location.received > before.received) return;
    assert.ok(isSetBack, `the receipts of ${name} do not rise: ${location.at}`);
    assert.notEqual(epoch, before.epoch, `${name} goes back within an epoch: ${location.at}`);
  }

  #record({ name }: SimulatedServer, report: Report): void {
    const origin = `${name} ${report.epoch}`;
    const records = this.#records.get(origin) ?? [];
    this.#records.set(origin, records);
    assert.equal(report.sequence, records.length + 1, `${origin}: a sequence number is used again`);
    records.push(report);
  }

  /** At one server a client's location never goes backwards. */
  #checkForwards(server: SimulatedServer, life: Life): void {
    if (life.head === server.store.head) return;
    life.head = server.store.head;
    for (const client of this.#keys.slice(0, MAX_WATCHED)) {
      const held = server.get(client);
      const before = life.held.get(client);
      if (before !== undefined) {
        const forwards = this.#isAtLeast(held, before);
        assert.ok(forwards, `${server.name} went back from ${before.at} to ${held?.at}`);
      }
      if (held !== undefined) life.held.set(client, held);
    }
  }

  /** What a server claims to have of an origin it holds, or something newer of the client. */
  #checkClaims(server: SimulatedServer, life: Life): void {
    const { vector } = server;
    if (life.vector === vector) return;
    life.vector = vector;
    for (const { name, epoch, sequence } of vector) {
      const origin = `${name} ${epoch}`;
      const before = life.claims.get(origin) ?? 0;
      if (sequence <= before) continue;
      life.claims.set(origin, sequence);
      const records = this.#records.get(origin) ?? [];
      assert.ok(sequence <= records.length, `${server.name} claims ${origin} ${sequence}`);
      for (const { location } of records.slice(before, sequence)) {
        const held = this.#isAtLeast(server.get(location.client), location);
        assert.ok(held, `${server.name} claims ${origin} ${sequence}, and lacks ${location.at}`);
      }
    }
  }

  /**
   * What is on a disk is never lost, unless the disk goes back; one crash loses nothing that a neighbour
   * confirmed, and one kill nothing that was written to a neighbour before it was answered; without a crash
   * nothing is lost, also where servers were asked to stop.
   */
  #checkKept(client: string, agreed: ModelLocation | undefined): void {
    const { kills, powerLosses, unsafeStops } = this.#herd.losses;
    const crashes = kills + powerLosses + unsafeStops;
    const onlyOneCrash = this.#herd.counts.faults === 1 && crashes === 1;
    const onlyOneKill = onlyOneCrash && kills === 1;
    for (const report of this.#reports.get(client) ?? []) {
      const { location, sentTo, confirmed, journaledMs } = report;
      if (location.origin === this.#scenario.lost?.server) continue;
      const mustBeKept =
        crashes === 0 ||
        journaledMs !== undefined ||
        (onlyOneCrash && confirmed) ||
        (onlyOneKill && sentTo.length > 0);
      const kept = !mustBeKept || this.#isAtLeast(agreed, location);
      assert.ok(kept, `lost: ${location.at}; held: ${agreed?.at}`);
    }
  }

  /** Servers' clocks differ: what is forgotten at one is compared as forgotten at all. */
  #agreeOnHorizon(): void {
    const { forgetMs } = this.#scenario;
    if (forgetMs === undefined) return;
    const horizon = millisecondsBefore(instantOf(this.#herd.latest), forgetMs);
    for (const { store } of this.#herd.running) store.forgetBefore(horizon);
  }

  /** Whether `held` is `location` or newer, or the location is one to forget. */
  #isAtLeast(held: ModelLocation | undefined, location: ModelLocation): boolean {
    return this.#herd.isToForget(location) || (held !== undefined && isAtLeast(held, location));
  }

  #lifeOf(server: SimulatedServer): Life {
    const life = this.#lives.get(server);
    assert.ok(life !== undefined, `${server.name} goes on after its end`);
    return life;
  }
}
