import type { Channel, ChannelListener } from '#src/transport/channel.js';
import { neighboursOf, type LinkPair } from '#src/replication/topology.js';
import type { Instant } from '#src/protocol/timestamp.js';
import { noCounts } from './counts.ts';
import { SimulatedDisk } from './disk.ts';
import { growsOld, type ModelLocation } from './model.ts';
import { Network } from './network.ts';
import type { Random } from './random.ts';
import type { Schedule } from './schedule.ts';
import type { Scenario } from './scenario.ts';
import { SimulatedServer } from './server.ts';

/** The true time when a run starts, in milliseconds since the POSIX epoch. */
export const START_MS = 1_700_000_000_000;
/** No server's clock is ever more off than this, in milliseconds. */
const MAX_CLOCK_OFFSET_MS = 10_000;
/** A clock that is set back by less than this is not followed back, in milliseconds. */
const SMALL_STEP_MS = 999;
/** How likely a server's clock is another one when it starts again. */
const CLOCK_LOST = 0.1;
/** How long a server is down at most, in milliseconds. */
const DOWN_MS = 4_000;
const NANOSECONDS_A_SECOND = 1_000_000_000n;
const NANOSECONDS_A_MILLISECOND = 1_000_000n;

/** How a server ends: killed; without power, when nothing that it wrote goes out any more; asked to stop. */
export type End = 'kill' | 'power' | 'stop';

/** What is to be known of a herd while it runs. */
export interface HerdEvents {
  started(server: SimulatedServer): void;
  ended(server: SimulatedServer): void;
  /** A server's disk is again what it was at that time. */
  wentBack(server: string, backupMs: number): void;
  wrote(by: string, to: string, text: string, blocked: boolean): void;
  delivered(to: string, text: string): void;
}

/** How often servers ended, by what may be lost with them. */
export interface Losses {
  kills: number;
  powerLosses: number;
  /** Servers that stopped while no neighbour could take what they had. */
  unsafeStops: number;
}

/** The servers of a run, with their clocks, their disks, and the links that they are configured with. */
export class Herd {
  readonly schedule: Schedule;
  readonly network: Network;
  readonly counts = noCounts();
  readonly losses: Losses = { kills: 0, powerLosses: 0, unsafeStops: 0 };
  readonly #random: Random;
  readonly #scenario: Scenario;
  readonly #events: HerdEvents;
  readonly #servers = new Map<string, SimulatedServer>();
  readonly #disks = new Map<string, SimulatedDisk>();
  readonly #clockOffsetsMs = new Map<string, number>();
  readonly #startedOnce = new Set<string>();
  /** The links as they are configured now. A server takes them when it starts. */
  #links: readonly LinkPair[];
  /** The server that does not come back. */
  #gone: string | undefined;

  constructor(scenario: Scenario, random: Random, schedule: Schedule, events: HerdEvents) {
    this.#random = random;
    this.#scenario = scenario;
    this.schedule = schedule;
    this.#events = events;
    this.#links = scenario.links;
    const host = {
      accept: (server: string, open: (listener: ChannelListener) => Channel) =>
        this.#servers.get(server)?.accept(open) ?? false,
      wrote: (by: string, to: string, text: string, blocked: boolean) =>
        events.wrote(by, to, text, blocked),
      delivered: (to: string, text: string) => events.delivered(to, text),
    };
    this.network = new Network(schedule, random, host, scenario.network);
    for (const name of scenario.servers) {
      if (scenario.journaled) this.#disks.set(name, new SimulatedDisk(schedule, random));
      this.#clockOffsetsMs.set(name, this.#anyOffset());
    }
  }

  /** The servers that run. */
  get running(): readonly SimulatedServer[] {
    return [...this.#servers.values()];
  }

  /** The server of that name, where it runs. */
  get(name: string): SimulatedServer | undefined {
    return this.#servers.get(name);
  }

  get links(): readonly LinkPair[] {
    return this.#links;
  }

  /** The names of those with which a server is to be linked. */
  neighboursOf(name: string): string[] {
    return neighboursOf(name, this.#links).filter((neighbour) => neighbour !== this.#gone);
  }

  /** The reading of a clock that is ahead of all others, in nanoseconds since the POSIX epoch. */
  get latest(): bigint {
    return this.#trueTime + BigInt(MAX_CLOCK_OFFSET_MS) * NANOSECONDS_A_MILLISECOND;
  }

  /** Whether a location may be forgotten at any server. */
  isToForget(location: ModelLocation): boolean {
    const { forgetMs } = this.#scenario;
    if (forgetMs === undefined || !growsOld(location)) return false;
    return location.time < this.latest - BigInt(forgetMs) * NANOSECONDS_A_MILLISECOND;
  }

  /** Runs `action` at some time within a while. */
  later(withinMs: number, action: () => void): void {
    this.schedule.after(this.#random.next() * withinMs, action);
  }

  start(name: string): void {
    if (this.#servers.has(name) || name === this.#gone) return;
    const { confirming, forgetMs, busyMs, dropChance } = this.#scenario;
    const disk = this.#disks.get(name);
    this.#countStart(name, disk !== undefined);
    const server = new SimulatedServer({
      name,
      neighbours: neighboursOf(name, this.#links),
      network: this.network,
      random: this.#random,
      now: () => instantOf(this.#trueTime + this.#offsetOf(name)),
      confirming,
      disk,
      forgetMs,
      isToForget: (location) => this.isToForget(location),
      busyMs,
      keepsEntry: () => {
        const isKept = !this.#random.chance(dropChance);
        if (!isKept) this.counts.entriesDropped += 1;
        return isKept;
      },
    });
    this.#servers.set(name, server);
    this.#events.started(server);
  }

  /** Ends a server, which starts again after a while. */
  end(name: string, how: End): void {
    const server = this.#servers.get(name);
    if (server === undefined) return;
    if (how === 'stop') return void this.#stop(server);
    if (how === 'kill') this.losses.kills += 1;
    else this.losses.powerLosses += 1;
    server.crash();
    this.#forgetLife(server);
    this.network.lose(name, how);
    this.#startLater(name);
  }

  /** A server crashes, and does not come back. */
  lose(name: string): void {
    this.end(name, this.#random.chance(0.5) ? 'kill' : 'power');
    this.#gone = name;
  }

  /** A server's clock is set: back by less than a second, or to anything. */
  stepClock(name: string): void {
    const before = this.#clockOffsetsMs.get(name) ?? 0;
    const slightlyBack = before - this.#random.integer(1, SMALL_STEP_MS);
    const isSmall = this.#random.chance(0.4) && slightlyBack >= -MAX_CLOCK_OFFSET_MS;
    this.#clockOffsetsMs.set(name, isSmall ? slightlyBack : this.#anyOffset());
    this.counts.clockSteps += 1;
  }

  /** A server loses its power, and its disk is what it was a while ago when it starts again. */
  goBackLater(name: string, withinMs: number): void {
    const disk = this.#disks.get(name);
    if (disk === undefined) return;
    const backup = disk.backUp();
    const backupMs = this.schedule.now;
    this.later(withinMs, () => {
      this.end(name, 'power');
      disk.restore(backup);
      this.counts.backupsRestored += 1;
      this.#events.wentBack(name, backupMs);
    });
  }

  /** Adds a link to the configuration, or takes it out; both servers get to know when they start. */
  configure(links: readonly LinkPair[]): void {
    if (links.length > this.#links.length) this.counts.linksAdded += 1;
    else this.counts.linksRemoved += 1;
    this.#links = links;
  }

  async #stop(server: SimulatedServer): Promise<void> {
    if (server.stopping) return;
    const holders = await server.stop();
    const { name } = server;
    // What those have that are about to stop as well is gone with the last of them.
    const isSafe = holders.some((holder) => this.#servers.get(holder)?.stopping === false);
    if (this.#servers.get(name) !== server) return; // it has crashed meanwhile
    if (!isSafe) this.losses.unsafeStops += 1;
    this.#forgetLife(server);
    this.network.lose(name, 'kill');
    this.#startLater(name);
  }

  #startLater(name: string): void {
    if (this.#random.chance(CLOCK_LOST)) this.stepClock(name);
    this.later(DOWN_MS, () => this.start(name));
  }

  #forgetLife(server: SimulatedServer): void {
    this.#servers.delete(server.name);
    this.#events.ended(server);
  }

  #countStart(name: string, isJournaled: boolean): void {
    if (!this.#startedOnce.has(name)) this.#startedOnce.add(name);
    else if (isJournaled) this.counts.restartsWithJournal += 1;
    else this.counts.restartsWithoutJournal += 1;
  }

  #anyOffset(): number {
    return this.#random.integer(-MAX_CLOCK_OFFSET_MS, MAX_CLOCK_OFFSET_MS);
  }

  #offsetOf(name: string): bigint {
    return BigInt(this.#clockOffsetsMs.get(name) ?? 0) * NANOSECONDS_A_MILLISECOND;
  }

  get #trueTime(): bigint {
    return BigInt(Math.floor((START_MS + this.schedule.now) * 1000)) * 1000n;
  }
}

export function instantOf(nanoseconds: bigint): Instant {
  return {
    seconds: Number(nanoseconds / NANOSECONDS_A_SECOND),
    nanoseconds: Number(nanoseconds % NANOSECONDS_A_SECOND),
  };
}
