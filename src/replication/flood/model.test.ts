import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LocationStore } from '../../store/store.ts';
import { scanRecord } from '../../store/scan-record.test.ts';
import { Contacts } from './contacts.ts';
import { Link, type LinkOwner } from './link.ts';
import { makeNeighbour } from './neighbour.ts';
import { SequenceNumbers } from '../vectors/sequence-numbers.ts';
import { Sources } from './sources.ts';
import { Statuses } from '../statuses/statuses.ts';
import { Vectors } from '../vectors/vectors.ts';

/*
 * The algorithm by itself, without time or a network: real servers with real links, of which anything may
 * come at any moment, in any order that streams allow. Any server may ask any neighbour to prune or to
 * graft anything. What is claimed has to be true after every line.
 */

/** More by hand: `RUNS=10000 FIRST_SEED=1000 node dist/replication/flood/model.test.js`. */
const RUNS = 300;
/** How often at the end everything is sent and said, until all servers have to have all. */
const ROUNDS = 120;

/** Repeatable random numbers; mulberry32. */
function makeRandom(seed: number): { integer(below: number): number; chance(p: number): boolean } {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  return { integer: (below) => Math.floor(next() * below), chance: (p) => next() < p };
}

/** One end of a link: what it wrote and the other end has not read. */
interface End {
  readonly link: Link;
  readonly lines: string[];
  /** The timer that runs at this end. */
  timer: () => void;
}

class Server {
  readonly name: string;
  readonly store: LocationStore;
  readonly vectors: Vectors;
  readonly ends = new Map<string, End>();
  readonly #sources: Sources;
  readonly #neighbours: readonly string[];
  /** The epoch of the reports that it accepts now, and the ones of before, with how many there were. */
  epoch = 1;
  readonly earlier: { readonly epoch: number; readonly sequence: number }[] = [];
  #sequence = 0;

  constructor(name: string, neighbours: readonly string[]) {
    this.name = name;
    this.store = new LocationStore();
    this.#neighbours = neighbours;
    this.vectors = new Vectors(this.store, name, () => this.epoch);
    this.#sources = new Sources(
      this.vectors,
      () => [...this.ends.values()].flatMap(({ link }) => link.exchange ?? []),
      { note() {} },
    );
  }

  /** Nobody says how it is here. */
  get #statuses(): Statuses {
    const own = { createdMs: 0, describe: () => assert.fail('it is asked how it is') };
    return new Statuses(this.name, own, () => 0);
  }

  get sequence(): number {
    return this.#sequence;
  }

  /** Takes a client's report of that second; its sequence number, where it was newer. */
  report(client: string, seconds: number): number | undefined {
    const record = scanRecord(`AT ${this.name} +0.000000001 ${client} +1+1 ${seconds}`);
    [record.epoch, record.sequence] = [this.epoch, this.#sequence + 1];
    if (this.store.apply(record) !== 'newer') return undefined;
    this.#sequence += 1;
    return this.#sequence;
  }

  /** Its clock is set back. */
  beginEpoch(): void {
    this.vectors.refresh();
    this.earlier.push({ epoch: this.epoch, sequence: this.#sequence });
    this.epoch += 1;
    this.#sequence = 0;
  }

  join(other: string): End {
    const lines: string[] = [];
    let timer: () => void = () => {};
    const clock = {
      after: (_: number, action: () => void) => {
        timer = action;
        return () => {};
      },
    };
    const write = (bytes: Buffer): boolean => {
      lines.push(...bytes.toString('latin1').split(/(?<=\n)/));
      return true;
    };
    const neighbour = makeNeighbour(other, this.#neighbours.indexOf(other));
    const owner: LinkOwner = {
      clock,
      store: this.store,
      herd: 'herd',
      name: this.name,
      vectors: this.vectors,
      sources: this.#sources,
      drain: { isConfirming: false, noteConfirmed() {} },
      statuses: this.#statuses,
      contacts: new Contacts(Infinity, () => ({ seconds: 0, nanoseconds: 0 })),
      beginResync: () => undefined,
      admit: () => neighbour,
      settle: () => true,
      onUp: () => {},
      onEnded: () => this.ended(other),
      wake: () => {},
    };
    const open = () => ({ write, close() {} });
    const link = new Link(owner, open, this.name < other ? neighbour : undefined);
    const end: End = { link, lines, timer: () => timer() };
    this.ends.set(other, end);
    link.onOpened();
    return end;
  }

  ended(other: string): void {
    this.ends.delete(other);
    this.#sources.noteEnded(other);
  }
}

interface Report {
  readonly client: string;
  readonly seconds: number;
}

/** One run: a random graph, and anything in any order. */
class Run {
  readonly #seed: number;
  readonly #random: ReturnType<typeof makeRandom>;
  readonly #servers: Server[] = [];
  readonly #links: (readonly [Server, Server])[] = [];
  readonly #reports = new Map<string, Report[]>();
  /** What was looked at of each server's claims. */
  readonly #claims = new Map<string, number>();
  #now = 1000;

  constructor(seed: number) {
    this.#seed = seed;
    this.#random = makeRandom(seed);
  }

  run(): void {
    this.#build();
    const steps = 150 + this.#random.integer(350);
    for (let step = 0; step < steps; step++) this.#step();
    for (let round = 0; round < ROUNDS && !this.#isComplete(); round++) this.#settle();
    assert.ok(this.#isComplete(), `seed ${this.#seed}: not all servers have all`);
    const [first, ...others] = this.#servers.map(({ store }) => this.#contents(store));
    for (const other of others) assert.deepEqual(other, first, `seed ${this.#seed}`);
  }

  #build(): void {
    const count = 3 + this.#random.integer(5);
    const pairs = new Set<string>();
    const join = (a: number, b: number): void => {
      if (a !== b) pairs.add(`${Math.min(a, b)} ${Math.max(a, b)}`);
    };
    for (let i = 1; i < count; i++) join(i, this.#random.integer(i));
    for (let more = this.#random.integer(count + 1); more > 0; more--) {
      join(this.#random.integer(count), this.#random.integer(count));
    }
    const joined = [...pairs].map((pair) => pair.split(' ').map(Number));
    for (let i = 0; i < count; i++) {
      const neighbours = joined.flatMap(([a, b]) => (a === i ? [b] : b === i ? [a] : []));
      this.#servers.push(
        new Server(
          `S${i}`,
          neighbours.map((n) => `S${n}`),
        ),
      );
    }
    for (const [a = 0, b = 0] of joined) {
      const [near, far] = [this.#servers[a], this.#servers[b]];
      assert.ok(near && far);
      this.#links.push([near, far]);
      this.#join(near, far);
    }
  }

  #join(a: Server, b: Server): void {
    a.join(b.name);
    b.join(a.name);
  }

  #step(): void {
    const kind = this.#random.integer(100);
    if (kind < 30) this.#report();
    else if (kind < 50) this.#flush(...this.#pickEnd());
    else if (kind < 92) this.#deliver();
    else if (kind < 98) this.#ask();
    else if (kind < 99 && this.#random.chance(0.8)) this.#drop(this.#pick(this.#servers));
    else if (kind < 99) this.#pick(this.#servers).beginEpoch();
    else this.#break(this.#pick(this.#links));
  }

  #report(): void {
    const server = this.#pick(this.#servers);
    this.#now += 1;
    const seconds = this.#now - (this.#random.chance(0.1) ? this.#random.integer(20) : 0);
    const client = `c${this.#random.integer(8)}`;
    if (server.report(client, seconds) === undefined) return;
    const origin = `${server.name} ${server.epoch}`;
    const reports = this.#reports.get(origin) ?? [];
    this.#reports.set(origin, [...reports, { client, seconds }]);
  }

  #flush(server: Server, other: string): void {
    const end = server.ends.get(other);
    if (end === undefined) return;
    if (this.#random.chance(0.5) && end.link.state === 'up') end.timer();
    if (this.#random.chance(0.3)) end.link.exchange?.sendSome(1);
    else end.link.exchange?.sendAll();
  }

  #deliver(): void {
    const [server, other] = this.#pickEnd();
    for (let lines = 1 + this.#random.integer(4); lines > 0; lines--)
      this.#deliverLine(server, other);
  }

  /** Hands a line that a server wrote to the other end of the link. */
  #deliverLine(server: Server, other: string): boolean {
    const line = server.ends.get(other)?.lines.shift();
    const receiver = this.#servers.find(({ name }) => name === other);
    if (line === undefined || receiver === undefined) return false;
    receiver.ends.get(server.name)?.link.onReceived(Buffer.from(line, 'latin1'));
    this.#checkClaims(receiver);
    return true;
  }

  /** A server asks for something, with or without a reason. */
  #ask(): void {
    const [server, other] = this.#pickEnd();
    const inbound = server.ends.get(other)?.link.exchange?.inbound;
    const { origins } = server.vectors;
    if (inbound === undefined || origins.count === 0) return;
    const origin = this.#random.integer(origins.count);
    if (inbound.streams(origin)) inbound.prune(origin);
    else inbound.graft(origin);
  }

  /**
   * A server drops an entry of its version vector. The last one of an epoch that has ended nobody has again: so
   * that all can be complete, its origin keeps it.
   */
  #drop({ vectors }: Server): void {
    const dropped = this.#random.integer(vectors.origins.count + 1);
    const kept = new SequenceNumbers();
    for (let origin = 0; origin < vectors.origins.count; origin++) {
      if (origin !== dropped || vectors.isOwn(origin))
        kept.raise(origin, vectors.vector.of(origin));
    }
    vectors.vector = kept;
  }

  #break([a, b]: readonly [Server, Server]): void {
    for (const [server, other] of [
      [a, b],
      [b, a],
    ] as const) {
      server.ends.get(other.name)?.link.close({ code: 'closed', detail: 'cut' });
    }
    this.#join(a, b);
  }

  /** Everything is sent, said and delivered. */
  #settle(): void {
    for (const [a, b] of this.#links) {
      if (!a.ends.has(b.name) || !b.ends.has(a.name)) this.#break([a, b]);
      for (const [server, other] of [
        [a, b.name],
        [b, a.name],
      ] as const) {
        const end = server.ends.get(other);
        for (let times = 0; times < 4 && end?.link.state === 'up'; times++) end.timer();
        end?.link.exchange?.sendAll();
        while (this.#deliverLine(server, other));
      }
    }
  }

  /** What a server claims it has, or something newer of the client. */
  #checkClaims(server: Server): void {
    for (const { name, epoch, sequence } of server.vectors.entries()) {
      const key = `${server.name} ${name} ${epoch}`;
      const before = this.#claims.get(key) ?? 0;
      if (sequence <= before) continue;
      this.#claims.set(key, sequence);
      const reports = this.#reports.get(`${name} ${epoch}`) ?? [];
      assert.ok(sequence <= reports.length, `seed ${this.#seed}: ${key} ${sequence} is no report`);
      for (const { client, seconds } of reports.slice(before, sequence)) {
        const held = server.store.get(Buffer.from(client))?.at.split(' ').at(-1);
        const what = `seed ${this.#seed}: ${key} ${sequence} is claimed without ${client} ${seconds}`;
        assert.ok(held !== undefined && Number(held) >= seconds, what);
      }
    }
  }

  #isComplete(): boolean {
    return this.#servers.every(({ vectors }) => {
      const entries = new Map(
        vectors.entries().map(({ name, epoch, sequence }) => [`${name} ${epoch}`, sequence]),
      );
      return this.#servers.every(({ name, epoch, sequence, earlier }) =>
        [...earlier, { epoch, sequence }].every(
          (life) => life.sequence === 0 || entries.get(`${name} ${life.epoch}`) === life.sequence,
        ),
      );
    });
  }

  #contents(store: LocationStore): (string | undefined)[] {
    return Array.from({ length: 8 }, (_, index) => store.get(Buffer.from(`c${index}`))?.at);
  }

  #pickEnd(): [Server, string] {
    const [a, b] = this.#pick(this.#links);
    return this.#random.chance(0.5) ? [a, b.name] : [b, a.name];
  }

  #pick<T>(from: readonly T[]): T {
    const picked = from[this.#random.integer(from.length)];
    assert.ok(picked !== undefined);
    return picked;
  }
}

const first = Number(process.env['FIRST_SEED'] ?? 1);
const runs = Number(process.env['RUNS'] ?? RUNS);

test(`what is claimed is true in ${runs} herds in which anything happens, and in the end all have all`, () => {
  for (let seed = first; seed < first + runs; seed++) new Run(seed).run();
});
