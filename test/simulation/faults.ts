import type { LinkPair } from '#src/replication/topology.js';
import type { End, Herd } from './herd.ts';
import type { Connection } from './network.ts';
import type { Random } from './random.ts';
import type { Scenario } from './scenario.ts';

/** How long a cut, a slow line or a frozen one lasts at most, in milliseconds. */
const MAX_FAULT_MS = 8_000;
/** Within what time the two servers of a link that is configured anew start again, in milliseconds. */
const RECONFIGURE_MS = 3_000;
/** No server is given more neighbours than this. */
const MAX_DEGREE = 12;
/** A slow line: milliseconds from one end to the other, and bytes a millisecond. */
const SLOW_LATENCY_MS = [200, 2_000] as const;
const SLOW_RATE = [2, 10] as const;

/** What goes wrong in a run. */
export class Faults {
  readonly #herd: Herd;
  readonly #random: Random;
  readonly #scenario: Scenario;
  #endNext: End | undefined;

  constructor(herd: Herd, random: Random, scenario: Scenario) {
    this.#herd = herd;
    this.#random = random;
    this.#scenario = scenario;
  }

  /** Something goes wrong. */
  strike(): void {
    this.#herd.counts.faults += 1;
    const { servers, crashAfterReport, journaled, bursts } = this.#scenario;
    const random = this.#random;
    if (crashAfterReport) {
      this.#endNext = this.#anyEnd();
      return;
    }
    const faults = [
      () => this.#herd.end(random.pick(servers), this.#anyEnd()),
      () => this.#herd.end(random.pick(servers), this.#anyEnd()),
      () => (this.#endNext = this.#anyEnd()),
      () => (this.#endNext = this.#anyEnd()),
      () => this.#cutSome(),
      () => this.#partition(),
      () => this.#strikeConnection((connection) => connection.reset()),
      () => this.#shake(random.pick(servers)),
      () => this.#strikeConnection((connection) => (connection.cut = true)),
      () => this.#herd.stepClock(random.pick(servers)),
      () => this.#herd.stepClock(random.pick(servers)),
      () => this.#strikeConnection((connection) => this.#freeze(connection)),
    ];
    if (bursts === 0) {
      faults.push(() => this.#strikeConnection((connection) => this.#slowDown(connection)));
    }
    if (journaled && this.#scenario.crashes) {
      const leftMs = this.#scenario.durationMs - this.#herd.schedule.now;
      const withinMs = Math.min(MAX_FAULT_MS, leftMs);
      const goBack = (): void => this.#herd.goBackLater(random.pick(servers), withinMs);
      faults.push(goBack, goBack, goBack);
    }
    random.pick(faults)();
  }

  /** To be called when a server has taken reports: it may end before anybody else knows more of them. */
  afterReport(name: string): void {
    const how = this.#endNext;
    if (how === undefined) return;
    this.#endNext = undefined;
    this.#herd.later(this.#random.pick([0, 2, 20, 60]), () => this.#herd.end(name, how));
  }

  /** A link is added to the configuration or taken out of it, and its two servers start again. */
  reconfigure(): void {
    const links = this.#random.chance(0.5) ? this.#withOneMore() : this.#withOneLess();
    const before = this.#herd.links;
    if (links === undefined) return;
    this.#herd.configure(links);
    const changed =
      links.find((link) => !before.includes(link)) ?? before.find((link) => !links.includes(link));
    for (const server of changed ?? []) {
      this.#herd.later(RECONFIGURE_MS, () => this.#herd.end(server, this.#anyEnd()));
    }
  }

  /** The connections of a link become slow or stop, and none of them is closed. */
  stall([a, b]: LinkPair): void {
    const { connections } = this.#herd.network;
    const how = this.#random.pick([
      (connection: Connection) => this.#freeze(connection),
      (connection: Connection) => this.#slowDown(connection),
      (connection: Connection) => {
        connection.cut = true;
        this.#herd.counts.stalls += 1;
      },
    ]);
    for (const connection of connections) if (connection.joins(a, b)) how(connection);
  }

  #anyEnd(): End {
    return this.#random.pick(this.#scenario.crashes ? ['kill', 'power', 'stop'] : ['stop']);
  }

  #cutSome(): void {
    if (this.#herd.links.length === 0) return;
    this.#cut(this.#random.pick(this.#herd.links));
  }

  #partition(): void {
    const side = new Set(this.#scenario.servers.filter(() => this.#random.chance(0.5)));
    for (const link of this.#herd.links)
      if (side.has(link[0]) !== side.has(link[1])) this.#cut(link);
  }

  #cut([a, b]: LinkPair): void {
    const { network } = this.#herd;
    network.cut(a, b);
    this.#herd.later(MAX_FAULT_MS, () => network.join(a, b));
  }

  /** A server's connections break one after another, at nearly one time. */
  #shake(name: string): void {
    for (const connection of this.#herd.network.connections) {
      const isOurs = connection.ends.some((end) => end.server === name);
      if (isOurs) this.#herd.later(100, () => connection.reset());
    }
  }

  #strikeConnection(strike: (connection: Connection) => void): void {
    const { connections } = this.#herd.network;
    if (connections.length > 0) strike(this.#random.pick(connections));
  }

  /** One direction delivers nothing for a while, and then all of it. */
  #freeze(connection: Connection): void {
    const untilMs = this.#herd.schedule.now + this.#random.next() * MAX_FAULT_MS;
    this.#random.pick(connection.ends).freeze(untilMs);
    this.#herd.counts.stalls += 1;
  }

  #slowDown(connection: Connection): void {
    const end = this.#random.pick(connection.ends);
    const restore = end.slowDown({
      latencyMs: this.#random.integer(...SLOW_LATENCY_MS),
      rate: this.#random.integer(...SLOW_RATE),
    });
    this.#herd.later(MAX_FAULT_MS, restore);
    this.#herd.counts.stalls += 1;
  }

  #withOneMore(): readonly LinkPair[] | undefined {
    const { links } = this.#herd;
    const [a, b] = [
      this.#random.pick(this.#scenario.servers),
      this.#random.pick(this.#scenario.servers),
    ];
    const isLinked = links.some((link) => link.includes(a) && link.includes(b));
    const isFull = [a, b].some((name) => this.#herd.neighboursOf(name).length >= MAX_DEGREE);
    return a === b || isLinked || isFull ? undefined : [...links, [a, b]];
  }

  #withOneLess(): readonly LinkPair[] | undefined {
    const { links } = this.#herd;
    if (links.length === 0) return undefined;
    const out = this.#random.pick(links);
    const rest = links.filter((link) => link !== out);
    return isConnected(this.#scenario.servers, rest) ? rest : undefined;
  }
}

function isConnected(servers: readonly string[], links: readonly LinkPair[]): boolean {
  const reached = new Set(servers.slice(0, 1));
  for (let before = 0; reached.size > before;) {
    before = reached.size;
    for (const [a, b] of links) if (reached.has(a) || reached.has(b)) reached.add(a).add(b);
  }
  return reached.size === servers.length;
}
