import type { Counts } from './counts.ts';
import { Faults } from './faults.ts';
import { Herd } from './herd.ts';
import { Promises } from './promises.ts';
import { Random } from './random.ts';
import { makeScenario, type Scenario } from './scenario.ts';
import { Schedule } from './schedule.ts';
import type { Report, SimulatedServer } from './server.ts';
import { StatusPromises } from './statuses.ts';
import { Traffic } from './traffic.ts';

/**
 * After the last fault, and once all that was written by then has arrived, which over a slow line can take a minute:
 * silence is noticed in 3 s, dialled again within 5 s, greeted within 3 s; what was pruned and came from nowhere
 * else is missed after 1 to 6 s, at one server after another.
 */
const HEALING_MS = 30_000;
/** How long a herd at rest is watched for anything but heartbeats. */
const REST_MS = 3_000;
/** How long it may take at most until all servers know what one says of itself, over the slowest lines. */
const STATUS_MS = 120_000;
/** How often a herd is looked at for records that are late, in milliseconds. */
const FRESHNESS_MS = 100;
/** How long before the last fault links are configured anew at the latest, since two servers start again. */
const RECONFIGURED_MS = 8_000;

/** One run: a herd on a virtual network, with faults, checked all along and at its end. */
class Simulation {
  readonly #scenario: Scenario;
  readonly #schedule = new Schedule();
  readonly #herd: Herd;
  readonly #promises: Promises;
  readonly #statuses: StatusPromises;
  readonly #faults: Faults;
  readonly #traffic: Traffic;
  /** What went wrong in a server. */
  #broken: Error | undefined;

  constructor(seed: number) {
    const random = new Random(seed);
    const scenario = makeScenario(random, seed);
    this.#scenario = scenario;
    this.#herd = new Herd(scenario, random, this.#schedule, {
      started: (server) => this.#started(server),
      ended: (server) => this.#promises.ended(server),
      wentBack: (server, backupMs) => this.#promises.wentBack(server, backupMs),
      wrote: (by, to, text, blocked) => this.#wrote(by, to, text, blocked),
      delivered: (to, text) => this.#promises.delivered(to, text),
    });
    this.#promises = new Promises(this.#herd, scenario);
    this.#statuses = new StatusPromises(this.#herd);
    this.#faults = new Faults(this.#herd, random, scenario);
    const answer = (server: SimulatedServer, take: () => Report[]): void => {
      this.#promises.answer(server, take);
      this.#faults.afterReport(server.name);
    };
    this.#traffic = new Traffic(this.#herd, random, scenario, answer);
  }

  async run(): Promise<Counts> {
    const { servers, durationMs, lost } = this.#scenario;
    this.#plan();
    await this.#schedule.run(durationMs);

    this.#herd.network.heal();
    if (lost !== undefined) this.#herd.lose(lost.server);
    for (const name of servers) this.#herd.start(name);
    const healedMs = Math.max(durationMs, this.#herd.network.arrivalMs) + HEALING_MS;
    await this.#schedule.run(healedMs);
    if (this.#broken !== undefined) throw this.#broken;
    this.#promises.checkAgreement();

    this.#promises.rest();
    this.#statuses.rest();
    await this.#schedule.run(healedMs + REST_MS);
    await this.#untilStatusesAreKnown();
    this.#herd.counts.servers = this.#herd.running.length;
    return this.#herd.counts;
  }

  async #untilStatusesAreKnown(): Promise<void> {
    const endMs = this.#schedule.now + STATUS_MS;
    while (!this.#statuses.areKept && this.#schedule.now < endMs) {
      await this.#schedule.run(this.#schedule.now + REST_MS);
    }
    this.#statuses.check();
  }

  /** Says when what is to happen. */
  #plan(): void {
    const herd = this.#herd;
    const { servers, reports, bursts, faults, durationMs, lost, stall } = this.#scenario;
    const often = (times: number, withinMs: number, action: () => void): void => {
      for (let made = 0; made < times; made++) herd.later(withinMs, action);
    };
    for (const name of servers) herd.later(200, () => herd.start(name));
    often(reports, durationMs, () => this.#traffic.report());
    often(bursts, durationMs, () => this.#traffic.burst());
    often(faults, durationMs, () => this.#faults.strike());
    const reconfiguredMs = Math.max(0, durationMs - RECONFIGURED_MS);
    often(this.#scenario.reconfigured, reconfiguredMs, () => this.#faults.reconfigure());
    if (lost !== undefined) herd.later(durationMs, () => herd.network.cut(...lost.link));
    if (stall !== undefined) {
      this.#schedule.after(stall.atMs, () => this.#faults.stall(stall.link));
      this.#checkFreshLater(stall.freshWithinMs);
    }
  }

  #checkFreshLater(withinMs: number): void {
    this.#schedule.after(FRESHNESS_MS, () => {
      this.#promises.checkFresh(withinMs);
      // No record is to be late any more by then, also not the last one.
      if (this.#schedule.now > this.#scenario.durationMs + withinMs) return;
      this.#checkFreshLater(withinMs);
    });
  }

  #started(server: SimulatedServer): void {
    this.#promises.started(server);
    server.onBroken = (error) =>
      (this.#broken ??= error instanceof Error ? error : new Error(String(error)));
    server.onForgotten = (count) => (this.#herd.counts.forgotten += count);
    server.onReports = (reports) => this.#promises.took(server, reports);
    server.onTick = () => this.#promises.ticked(server);
  }

  #wrote(by: string, to: string, text: string, blocked: boolean): void {
    this.#promises.wrote(by, to, text, blocked);
    this.#statuses.wrote(by, to, text);
    const { counts } = this.#herd;
    counts.prunes += timesIn(text, /^PRUNE /gm);
    counts.grafts += timesIn(text, /^GRAFT /gm);
  }
}

function timesIn(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

/** Runs the simulation of one seed. Rejects where a promise is broken. */
export function simulate(seed: number): Promise<Counts> {
  return new Simulation(seed).run();
}
