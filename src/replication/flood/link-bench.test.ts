/** For the tests of links: there is none in this file. */
import type { ChannelListener } from '../../transport/channel.ts';
import assert from 'node:assert/strict';

import { LocationStore } from '../../store/store.ts';
import type { VersionVector } from '../../store/version-vector.ts';
import { Links } from './links.ts';
import { NO_FACTS } from '../no-facts.test.ts';
import { PlayedClock } from './played-clock.test.ts';
import { PlayedEnd } from './played-end.test.ts';

/** A connection of the bench's server. */
export class End extends PlayedEnd {
  readonly #bench: Bench;

  constructor(bench: Bench, listener: ChannelListener) {
    super(listener);
    this.#bench = bench;
  }

  /** Ends the tick, and takes what the server has said since it was asked last. */
  said(): string {
    this.#bench.tick();
    return this.taken();
  }
}

/**
 * Server A of the herd `herd`, which has dialled its neighbours B and C and not got through yet, under
 * a clock that the test drives.
 */
export class Bench {
  readonly store = new LocationStore();
  readonly links: Links;
  /** What the links reported: `up B`, `down B closed`, `failed B refused`. */
  readonly events: string[] = [];
  /** The connections that the server dialled. */
  readonly dials: End[] = [];
  /** The epoch of what A accepts now. */
  epoch = 1;
  readonly #clock = new PlayedClock();
  #woken = false;

  /** @param vector what it had of other servers when it stopped */
  constructor(vector: VersionVector = []) {
    const membership = {
      herd: 'herd',
      server: 'A',
      epoch: () => this.epoch,
      neighbours: ['B', 'C'],
      confirming: false,
      tombstoneGraceMs: Infinity,
      withdraw: () => assert.fail('nothing is removed'),
      facts: () => NO_FACTS,
    };
    const world = {
      clock: this.#clock,
      nowMs: () => this.#clock.nowMs,
      now: () => ({ seconds: 0, nanoseconds: 0 }),
      random: () => 0.5,
      dial: (_: string, listener: ChannelListener) => this.#end(listener, this.dials),
      wake: () => (this.#woken = true),
    };
    this.links = new Links(membership, this.store, world, {
      onLinkUp: (neighbour) => this.events.push(`up ${neighbour}`),
      onLinkDown: (neighbour, { code }) => this.events.push(`down ${neighbour} ${code}`),
      onLinkFailed: (neighbour, { code }) => this.events.push(`failed ${neighbour ?? '?'} ${code}`),
      onLag: ({ kind, of, name }) => this.events.push(`${of} ${name} ${kind}`),
    });
    this.links.start(vector, []);
  }

  /** A connection that another server has dialled. */
  connect(): End {
    const ends: End[] = [];
    this.links.accept((listener) => this.#end(listener, ends));
    assert.ok(ends[0]);
    return ends[0];
  }

  /** A connection that another server has dialled, on which something comes. */
  receive(...lines: string[]): End {
    const end = this.connect();
    end.receive(...lines);
    return end;
  }

  /** Sends what is to be sent, as at the end of each tick. */
  tick(): void {
    do {
      this.#woken = false;
      this.links.flush();
    } while (this.#woken);
  }

  /** Lets time pass, in milliseconds. */
  pass(ms: number): void {
    this.#clock.pass(ms);
  }

  #end(listener: ChannelListener, kept: End[]): End {
    const end = new End(this, listener);
    kept.push(end);
    return end;
  }
}

/** A neighbour's greeting, which has this of other servers. */
export function greeting(server = 'B', has = ''): string {
  return `HELLO proxy-herd/2.0 herd ${server} -\n${has}READY\n`;
}

/** What A says first. */
export const HELLO = 'HELLO proxy-herd/2.0 herd A status\n';

/** A bench with a link to B. */
export function linked(): { bench: Bench; b: End } {
  const bench = new Bench();
  const b = bench.receive(greeting());
  b.said();
  return { bench, b };
}
