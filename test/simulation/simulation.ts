import type { Channel, ChannelListener } from '#src/transport/channel.js';
import assert from 'node:assert/strict';
import { neighboursOf } from '#src/replication/topology.js';
import type { VersionVector } from '#src/store/version-vector.js';
import { millisecondsBefore, type Instant } from '#src/protocol/timestamp.js';
import { SimulatedDisk } from './disk.ts';
import { isAtLeast, modelOf, type ModelLocation } from './model.ts';
import { Network } from './network.ts';
import { Random } from './random.ts';
import { Schedule } from './schedule.ts';
import { makeScenario, type Scenario } from './scenario.ts';
import { SimulatedServer, type Report } from './server.ts';

/** The true time when a run starts, in milliseconds since the POSIX epoch. */
const START_MS = 1_700_000_000_000;
/**
 * After the last fault: silence is noticed in 3 s, dialled again within 5 s, greeted within 3 s; what
 * was held back and came from nowhere else is missed after 4 to 7 s, at one server after another.
 */
const HEALING_MS = 30_000;
/** How long a herd at rest is watched for anything but beats. */
const REST_MS = 3_000;
/** How many reports come at once at most. */
const MOST_OF_A_BURST = 4_500;
/** How many clients are looked at all along. */
const MOST_WATCHED = 200;
const CLOCK_OFFSET_MS = 10_000;
const CLIENT_OFFSET_MS = 5 * 3_600_000;

/** What a run did, for the sum over all runs. */
export interface RunFigures {
  readonly servers: number;
  readonly reports: number;
  readonly faults: number;
}

/** How a server ends: killed; without power, when nothing that it wrote goes out any more; asked to stop. */
type End = 'kill' | 'power' | 'stop';

/** One run: a herd on a virtual network, with faults, checked all along and at its end. */
class Simulation {
  readonly #random: Random;
  readonly #scenario: Scenario;
  readonly #schedule = new Schedule();
  readonly #network: Network;
  readonly #servers = new Map<string, SimulatedServer>();
  readonly #clockOffsets = new Map<string, number>();
  /** What each life of a server was last seen to hold, to see that it never goes back. */
  readonly #seen = new Map<SimulatedServer, Map<string, ModelLocation>>();
  /** The change up to which that was looked at. */
  readonly #heads = new Map<SimulatedServer, number>();
  /** What each life of a server was last seen to claim of each origin. */
  readonly #claims = new Map<SimulatedServer, Map<string, number>>();
  /** The vector of each life of a server that was looked at last. */
  readonly #vectors = new WeakMap<SimulatedServer, VersionVector>();
  /** By origin, in the order of their sequence numbers. */
  readonly #records = new Map<string, Report[]>();
  /** By client. */
  readonly #reports = new Map<string, Report[]>();
  #reportCount = 0;
  readonly #disks = new Map<string, SimulatedDisk>();
  /** What was written in the turn under way, by receiver. */
  #written: { readonly by: string; readonly to: string; readonly text: string }[] = [];
  #endNext: End | undefined;
  #kills = 0;
  #powerLosses = 0;
  /** How often a server stopped while no neighbour could take what it had. */
  #unsafeStops = 0;
  #faults = 0;
  /** The server that does not come back. */
  #gone: string | undefined;
  #resting = false;
  /** What went wrong in a server. */
  #broken: Error | undefined;

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.#scenario = makeScenario(this.#random);
    const host = {
      accept: (server: string, open: (listener: ChannelListener) => Channel) =>
        this.#accept(server, open),
      wrote: (by: string, to: string, text: string, blocked: boolean) =>
        this.#wrote(by, to, text, blocked),
      delivered: (to: string, text: string) => this.#delivered(to, text),
    };
    this.#network = new Network(this.#schedule, this.#random, host, this.#scenario.network);
    for (const name of this.#scenario.servers) {
      if (this.#scenario.journaled) {
        this.#disks.set(name, new SimulatedDisk(this.#schedule, this.#random));
      }
      this.#clockOffsets.set(name, this.#random.integer(-CLOCK_OFFSET_MS, CLOCK_OFFSET_MS));
    }
  }

  async run(): Promise<RunFigures> {
    const { reports, bursts, faults, durationMs, lost } = this.#scenario;
    let { servers } = this.#scenario;
    for (const name of servers) this.#later(200, () => this.#start(name));
    for (let made = 0; made < reports; made++) this.#later(durationMs, () => this.#report());
    for (let made = 0; made < bursts; made++) this.#later(durationMs, () => this.#burst());
    for (let made = 0; made < faults; made++) this.#later(durationMs, () => this.#fault());
    if (lost !== undefined) this.#later(durationMs, () => this.#network.cut(...lost.link));
    await this.#schedule.run(durationMs);

    this.#network.heal();
    if (lost !== undefined) {
      this.#lose(lost.server);
      servers = servers.filter((name) => name !== lost.server);
    }
    for (const name of servers) this.#start(name);
    await this.#schedule.run(durationMs + HEALING_MS);
    if (this.#broken !== undefined) throw this.#broken;
    this.#checkAgreement();

    this.#resting = true;
    await this.#schedule.run(durationMs + HEALING_MS + REST_MS);
    return { servers: servers.length, reports: this.#reportCount, faults: this.#faults };
  }

  #later(withinMs: number, action: () => void): void {
    this.#schedule.after(this.#random.next() * withinMs, action);
  }

  #start(name: string): void {
    if (this.#servers.has(name) || name === this.#gone) return;
    const { links, confirming, forgetMs, busyMs } = this.#scenario;
    const offsetMs = this.#clockOffsets.get(name) ?? 0;
    const server = new SimulatedServer({
      name,
      neighbours: neighboursOf(name, links),
      network: this.#network,
      random: this.#random,
      now: () => instantOf(this.#trueTime + BigInt(offsetMs) * 1_000_000n),
      confirming,
      disk: this.#disks.get(name),
      forgetMs,
      busyMs,
    });
    this.#servers.set(name, server);
    this.#seen.set(server, new Map());
    server.onBroken = (error) =>
      (this.#broken ??= error instanceof Error ? error : new Error(String(error)));
    this.#claims.set(server, new Map());
    server.onReports = (reports) => {
      for (const report of reports) this.#record(server, report);
    };
    server.onTurn = () => {
      this.#checkForwards(server);
      this.#checkClaims(server);
    };
  }

  #accept(name: string, open: (listener: ChannelListener) => Channel): boolean {
    const server = this.#servers.get(name);
    return server?.accept(open) ?? false;
  }

  #report(): void {
    const server = this.#servers.get(this.#random.pick(this.#scenario.origins));
    // One that stops takes no more clients.
    if (server?.serving !== true || server.stopping) return;
    this.#tell(server, [this.#makeReport()]);
  }

  /** Thousands of reports come to one server at once, as when they are pipelined. */
  #burst(): void {
    const server = this.#servers.get(this.#random.pick(this.#scenario.origins));
    if (server?.serving !== true || server.stopping) return;
    const count = this.#random.integer(1_100, MOST_OF_A_BURST);
    this.#tell(
      server,
      Array.from({ length: count }, () => this.#makeReport()),
    );
  }

  #makeReport(): string {
    const client = this.#random.pick(this.#scenario.clients);
    const seconds = Math.floor((START_MS + this.#schedule.now + this.#clientOffset()) / 1000);
    const position = `+${this.#random.integer(10, 89)}.${this.#random.integer(0, 9)}-118.4`;
    return `IAMAT ${client} ${position} ${seconds}`;
  }

  #tell(server: SimulatedServer, lines: readonly string[]): void {
    this.#written = [];
    const reports = server.report(lines);
    this.#checkWritten(server, reports);
    for (const report of reports) {
      const { client } = report.location;
      const others = this.#reports.get(client);
      if (others === undefined) this.#reports.set(client, [report]);
      else others.push(report);
    }
    this.#reportCount += reports.length;
    if (this.#endNext !== undefined) this.#endSoon(server, this.#endNext);
  }

  /** Client clocks are wrong by hours, about right, or, for times that are equal, all alike. */
  #clientOffset(): number {
    const most = this.#random.pick([CLIENT_OFFSET_MS, 1_000, 0]);
    return this.#random.integer(-most, most) - (most === 0 ? CLIENT_OFFSET_MS : 0);
  }

  /** The neighbours are written to before the replies are: of each client its newest report. */
  #checkWritten(server: SimulatedServer, reports: readonly Report[]): void {
    const taken = reports.filter(({ applied }) => applied === 'newer');
    const newest = new Map(taken.map((report) => [report.location.client, report]));
    const by = server.name;
    for (const to of server.linked) {
      const blocked = this.#network.isBlocked(by, to);
      const texts = this.#written.filter((write) => write.by === by && write.to === to);
      const lines = new Set(texts.flatMap(({ text }) => text.split('\n')));
      for (const { location } of newest.values()) {
        assert.ok(
          blocked || lines.has(location.at),
          `${by} answered before it wrote to ${to}: ${location.at}`,
        );
      }
      for (const report of taken) {
        const { at } = newest.get(report.location.client)?.location ?? {};
        if (at !== undefined && lines.has(at)) report.sentTo = [...report.sentTo, to];
      }
    }
  }

  #fault(): void {
    this.#faults += 1;
    const { servers, crashAfterReport, crashes } = this.#scenario;
    const ends: End[] = crashes ? ['kill', 'power', 'stop'] : ['stop'];
    if (crashAfterReport) {
      this.#endNext = this.#random.pick(ends);
      return;
    }
    const faults = [
      () => this.#end(this.#random.pick(servers), this.#random.pick(ends)),
      () => this.#end(this.#random.pick(servers), this.#random.pick(ends)),
      () => (this.#endNext = this.#random.pick(ends)),
      () => (this.#endNext = this.#random.pick(ends)),
      () => this.#cutSome(),
      () => this.#partition(),
      () => this.#breakConnection('reset'),
      () => this.#shake(this.#random.pick(this.#scenario.servers)),
      () => this.#breakConnection('half-open'),
    ];
    this.#random.pick(faults)();
  }

  /** A crash or a stop just after a report: what was answered is still on its way. */
  #endSoon({ name }: SimulatedServer, how: End): void {
    this.#endNext = undefined;
    this.#later(this.#random.pick([0, 2, 20, 60]), () => this.#end(name, how));
  }

  #end(name: string, how: End): void {
    const server = this.#servers.get(name);
    if (server === undefined) return;
    if (how === 'stop') return void this.#stop(server);
    if (how === 'kill') this.#kills += 1;
    else this.#powerLosses += 1;
    server.crash();
    this.#forgetLife(name, server);
    this.#network.lose(name, how);
    this.#later(4_000, () => this.#start(name));
  }

  /** A server is asked to stop. */
  async #stop(server: SimulatedServer): Promise<void> {
    if (server.stopping) return;
    const holders = await server.stop();
    const { name } = server;
    // What those have that are about to stop as well is gone with the last of them.
    const isSafe = holders.some((holder) => this.#servers.get(holder)?.stopping === false);
    if (this.#servers.get(name) !== server) return; // it has crashed meanwhile
    if (!isSafe) this.#unsafeStops += 1;
    this.#forgetLife(name, server);
    this.#network.lose(name, 'kill');
    this.#later(4_000, () => this.#start(name));
  }

  #forgetLife(name: string, server: SimulatedServer): void {
    this.#seen.delete(server);
    this.#claims.delete(server);
    this.#heads.delete(server);
    this.#servers.delete(name);
  }

  /** A server crashes, and does not come back. */
  #lose(name: string): void {
    this.#end(name, this.#random.chance(0.5) ? 'kill' : 'power');
    this.#gone = name;
  }

  #cutSome(): void {
    if (this.#scenario.links.length === 0) return;
    const [a, b] = this.#random.pick(this.#scenario.links);
    this.#network.cut(a, b);
    this.#later(8_000, () => this.#network.join(a, b));
  }

  #partition(): void {
    const side = new Set(this.#scenario.servers.filter(() => this.#random.chance(0.5)));
    for (const [a, b] of this.#scenario.links) {
      if (side.has(a) === side.has(b)) continue;
      this.#network.cut(a, b);
      this.#later(8_000, () => this.#network.join(a, b));
    }
  }

  /** A server's connections break one after another, at nearly one time. */
  #shake(name: string): void {
    for (const connection of this.#network.connections) {
      const isOurs = connection.ends.some((end) => end.server === name);
      if (isOurs) this.#later(100, () => connection.reset());
    }
  }

  #breakConnection(how: 'reset' | 'half-open'): void {
    const { connections } = this.#network;
    if (connections.length === 0) return;
    const connection = this.#random.pick(connections);
    if (how === 'reset') connection.reset();
    else connection.cut = true;
  }

  #wrote(by: string, to: string, text: string, blocked: boolean): void {
    const greeting = /^(HELLO|HAS|READY|REFUSE)/.test(text);
    assert.ok(!blocked || greeting, `${by} writes on although ${to} does not read`);
    if (this.#resting) assert.match(text, /^(HEARTBEAT \d+\n)+$/, `${by} is not at rest`);
    this.#written.push({ by, to, text });
  }

  /** What has arrived is held, or something newer. */
  #delivered(to: string, text: string): void {
    const server = this.#servers.get(to);
    if (server === undefined) return;
    for (const line of text.split('\n')) {
      const location = modelOf(line);
      if (location === undefined) continue;
      const held = server.get(location.client);
      const taken = this.#isAtLeast(held, location);
      assert.ok(taken, `${to} has heard and does not hold ${location.at}`);
    }
  }

  /** Servers' clocks differ: what is forgotten at one is compared as forgotten at all. */
  #agreeOnHorizon(): void {
    const { forgetMs } = this.#scenario;
    if (forgetMs === undefined) return;
    const latest = instantOf(this.#trueTime + BigInt(CLOCK_OFFSET_MS) * 1_000_000n);
    for (const { store } of this.#servers.values()) {
      store.forgetBefore(millisecondsBefore(latest, forgetMs));
    }
  }

  /** At one server a client's location never goes backwards. */
  #checkForwards(server: SimulatedServer): void {
    if (this.#heads.get(server) === server.store.head) return;
    this.#heads.set(server, server.store.head);
    const seen = this.#seen.get(server);
    for (const client of this.#scenario.clients.slice(0, MOST_WATCHED)) {
      const held = server.get(client);
      const before = seen?.get(client);
      if (before !== undefined) {
        const forwards = this.#isAtLeast(held, before);
        assert.ok(forwards, `${server.name} went back from ${before.at} to ${held?.at}`);
      }
      if (held !== undefined) seen?.set(client, held);
    }
  }

  #record({ name }: SimulatedServer, report: Report): void {
    if (report.applied !== 'newer') return;
    const origin = `${name} ${report.epoch}`;
    const records = this.#records.get(origin) ?? [];
    this.#records.set(origin, records);
    assert.equal(report.sequence, records.length + 1, `${origin}: a sequence number is used again`);
    records.push(report);
  }

  /** What a server claims to have of an origin it holds, or something newer of the client. */
  #checkClaims(server: SimulatedServer): void {
    const claims = this.#claims.get(server);
    const { vector } = server;
    if (claims === undefined || this.#vectors.get(server) === vector) return;
    this.#vectors.set(server, vector);
    for (const { name, epoch, sequence } of vector) {
      const origin = `${name} ${epoch}`;
      const before = claims.get(origin) ?? 0;
      if (sequence <= before) continue;
      claims.set(origin, sequence);
      const records = this.#records.get(origin) ?? [];
      assert.ok(sequence <= records.length, `${server.name} claims ${origin} ${sequence}`);
      for (const { location } of records.slice(before, sequence)) {
        const held = this.#isAtLeast(server.get(location.client), location);
        assert.ok(held, `${server.name} claims ${origin} ${sequence}, and lacks ${location.at}`);
      }
    }
  }

  /** All servers hold the same, and nothing is lost that must not be. */
  #checkAgreement(): void {
    const [first, ...others] = this.#servers.values();
    assert.ok(first !== undefined);
    this.#agreeOnHorizon();
    for (const client of this.#scenario.clients) {
      const agreed = first.get(client);
      for (const other of others) {
        const held = other.get(client)?.at;
        assert.equal(held, agreed?.at, `${first.name} and ${other.name} do not agree on ${client}`);
      }
      this.#checkKept(client, agreed);
    }
    for (const server of this.#servers.values()) {
      const neighbours = neighboursOf(server.name, this.#scenario.links);
      const all = neighbours.filter((name) => name !== this.#gone);
      assert.deepEqual(server.linked, all, `${server.name} is not linked with all its neighbours`);
    }
  }

  /** Whether `held` is `location` or newer, or the location is one to forget. */
  #isAtLeast(held: ModelLocation | undefined, location: ModelLocation): boolean {
    const { forgetMs } = this.#scenario;
    // On the clock that is ahead of all others.
    const latest = this.#trueTime + BigInt(CLOCK_OFFSET_MS) * 1_000_000n;
    if (forgetMs !== undefined && location.time < latest - BigInt(forgetMs) * 1_000_000n)
      return true;
    return held !== undefined && isAtLeast(held, location);
  }

  get #trueTime(): bigint {
    return BigInt(Math.floor((START_MS + this.#schedule.now) * 1000)) * 1000n;
  }

  /**
   * What is on a disk is never lost; one crash loses nothing that a neighbour confirmed, and one
   * kill nothing that was written to a neighbour before it was answered; without a crash nothing is
   * lost, also where servers were asked to stop.
   */
  #checkKept(client: string, agreed: ModelLocation | undefined): void {
    const crashes = this.#kills + this.#powerLosses + this.#unsafeStops;
    const noCrash = crashes === 0;
    const onlyOneCrash = this.#faults === 1 && crashes === 1;
    const onlyOneKill = onlyOneCrash && this.#kills === 1;
    for (const { location, sentTo, confirmed, journaled } of this.#reports.get(client) ?? []) {
      if (location.origin === this.#gone) continue;
      const mustBeKept =
        noCrash || journaled || (onlyOneCrash && confirmed) || (onlyOneKill && sentTo.length > 0);
      const kept = !mustBeKept || this.#isAtLeast(agreed, location);
      assert.ok(kept, `lost: ${location.at}; held: ${agreed?.at}`);
    }
  }
}

function instantOf(nanoseconds: bigint): Instant {
  const second = 1_000_000_000n;
  return { seconds: Number(nanoseconds / second), nanoseconds: Number(nanoseconds % second) };
}

/** Runs the simulation of one seed. Rejects where a promise is broken. */
export function simulate(seed: number): Promise<RunFigures> {
  return new Simulation(seed).run();
}
