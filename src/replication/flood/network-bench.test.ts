import assert from 'node:assert/strict';

import { LocationStore } from '../../store/store.ts';
import type { ChannelListener } from '../../transport/channel.ts';
import { LocationService } from '../../service/location-service.ts';
import type { Instant } from '../../protocol/timestamp.ts';
import { Links } from './links.ts';
import { NO_FACTS } from '../no-facts.test.ts';
import { PlayedClock } from './played-clock.test.ts';
import { PlayedEnd } from './played-end.test.ts';
import type { World } from '../world.ts';

/*
 * A network in memory for the tests of links; there is no test in it.
 */

const START = 1_621_464_828;

/** One end of a connection; the other one is another server's. */
export class End extends PlayedEnd {
  readonly #network: Network;
  other: End | undefined;
  /** The two servers. */
  readonly between: readonly [string, string];

  constructor(network: Network, listener: ChannelListener, between: readonly [string, string]) {
    super(listener);
    this.#network = network;
    this.between = between;
  }

  override write(bytes: Buffer): boolean {
    const text = bytes.toString('latin1');
    if (!this.#network.isCut(...this.between)) {
      this.#network.send(() => this.other?.receive(text));
    }
    return super.write(bytes);
  }

  override close(): void {
    super.close();
    this.#network.send(() => this.other?.break());
  }
}

export interface Server {
  readonly store: LocationStore;
  readonly links: Links;
  readonly service: LocationService;
  /** What its links reported: `up B`, `down B closed`, `failed B refused`. */
  readonly events: string[];
}

/** A network in memory whose time passes when the test says so. Each link delays by nothing. */
export class Network {
  readonly #servers = new Map<string, Server>();
  readonly #dials = new Map<string, End[]>();
  /** Whether all that is sent is lost. */
  down = false;
  /** The two servers between which all is lost. */
  #cut: ReadonlySet<string> = new Set();
  readonly #arriving: (() => void)[] = [];
  readonly #clock = new PlayedClock();

  /** The time of day: that of the start, and what has passed. */
  get now(): Instant {
    return { seconds: START + Math.floor(this.#clock.nowMs / 1000), nanoseconds: 0 };
  }

  /** @param tombstoneGraceMs where it is finite, the server's records are those of its service alone */
  server(name: string, neighbours: string[], tombstoneGraceMs = Infinity): Server {
    const events: string[] = [];
    const store = new LocationStore();
    const service = this.#serviceOf(name, store);
    const membership = {
      herd: 'herd',
      server: name,
      epoch: () => (tombstoneGraceMs === Infinity ? 0 : service.ownRecords.epoch),
      neighbours,
      confirming: false,
      tombstoneGraceMs,
      withdraw: (slot: number) => service.ownRecords.withdraw(slot),
      facts: () => NO_FACTS,
    };
    const links = new Links(membership, store, this.#worldOf(name), {
      onLinkUp: (neighbour, dialled) => events.push(`up ${neighbour}${dialled ? ', dialled' : ''}`),
      onLinkDown: (neighbour, { code }) => events.push(`down ${neighbour} ${code}`),
      onLinkFailed: (neighbour, { code }) => events.push(`failed ${neighbour ?? '?'} ${code}`),
      onLag: ({ kind, of, name }) => events.push(`${of} ${name} ${kind}`),
    });
    const server = { store, links, service, events };
    this.#servers.set(name, server);
    return server;
  }

  /** The ends that a server got by dialling, in order. */
  dialsOf(name: string): End[] {
    const dials = this.#dials.get(name) ?? [];
    this.#dials.set(name, dials);
    return dials;
  }

  /** Cuts the line between two servers. */
  cut(a: string, b: string): void {
    this.#cut = new Set([a, b]);
  }

  heal(): void {
    this.#cut = new Set();
  }

  /** Whether what is sent between two servers is lost. */
  isCut(a: string, b: string): boolean {
    return this.#cut.has(a) && this.#cut.has(b);
  }

  send(arrival: () => void): void {
    if (!this.down) this.#arriving.push(arrival);
  }

  /** Lets everything arrive that is on its way, and all that it sets off. */
  deliver(): void {
    do {
      for (let next = this.#arriving.shift(); next; next = this.#arriving.shift()) next();
      for (const { links } of this.#servers.values()) links.flush();
    } while (this.#arriving.length > 0);
  }

  /** Lets time pass, in milliseconds. */
  pass(ms: number): void {
    this.deliver();
    this.#clock.pass(ms, () => this.deliver());
  }

  #serviceOf(server: string, store: LocationStore): LocationService {
    return new LocationService({
      server,
      store,
      search: {
        nearby: () => assert.fail('nobody asks for places'),
        find: () => assert.fail('nobody asks for places'),
      },
      now: () => this.now,
      limits: { maxClients: 1000, maxMemoryBytes: Infinity },
      gate: undefined,
      replay: { replaying: false, replayed: Promise.resolve() },
      wake() {},
    });
  }

  #worldOf(name: string): World {
    return {
      clock: this.#clock,
      nowMs: () => this.#clock.nowMs,
      now: () => this.now,
      random: () => 0.5,
      dial: (neighbour, listener) => {
        const end = new End(this, listener, [name, neighbour]);
        this.dialsOf(name).push(end);
        this.send(() => this.#reach(neighbour, end));
        return end;
      },
      wake: () => this.send(() => {}),
    };
  }

  /** Joins a dialled end to the server of that name, if there is one. */
  #reach(name: string, near: End): void {
    const server = this.#servers.get(name);
    if (server === undefined) return near.break('unreachable');
    if (near.closed) return;
    if (this.isCut(...near.between)) return near.break('unreachable');
    server.links.accept((listener) => {
      near.other = new End(this, listener, near.between);
      near.other.other = near;
      return near.other;
    });
    near.opened();
  }
}

/** Servers A and B, linked: the connection that A dialled was kept. */
export function pair(): { network: Network; a: Server; b: Server; near: End } {
  const network = new Network();
  const a = network.server('A', ['B']);
  const b = network.server('B', ['A']);
  a.links.start([], []);
  b.links.start([], []);
  network.deliver();
  assert.deepEqual([a.events, b.events], [['up B, dialled'], ['up A']]);
  const [near] = network.dialsOf('A');
  assert.ok(near);
  near.writes.length = 0;
  return { network, a, b, near };
}
