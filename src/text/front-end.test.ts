import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { LocationService } from '../service/location-service.ts';
import { createTestService } from '../service/service-bench.test.ts';
import type { ByteStream, StreamListener } from '../transport/byte-stream.ts';
import type { StreamServerParts, Transport } from '../transport/transport.ts';
import { AMPLE_LIMITS } from './ample-limits.test.ts';
import { TextFrontEnd } from './front-end.ts';
import { MAX_CONNECTION_COMMANDS } from './session.ts';

const NOW = { seconds: 1_700_000_000, nanoseconds: 0 };
/** A cached answer: what greedy clients ask for again and again. */
const PLACES = Buffer.alloc(8000, 'x');
/** What one tick may do at most: the bound, and what the last connection goes beyond it. */
const MOST_COMMANDS = 2048 + MAX_CONNECTION_COMMANDS;
const MOST_BYTES = 1024 * 1024 + 64 * 1024;

/** A client's end of a stream that takes everything at once. */
class Client implements ByteStream {
  readonly remote = { host: '192.0.2.1', port: 1 };
  pendingBytes = 0;
  readonly isBlocked = false;
  /** What it has received, in bytes and lines, in this tick and in all. */
  bytes = 0;
  lines = 0;
  listener: StreamListener | undefined;

  /** Whether it takes nothing, and what it has been given meanwhile. */
  isSlow = false;
  readonly given: Buffer[] = [];

  write(bytes: Buffer): boolean {
    this.bytes += bytes.length;
    if (this.isSlow) {
      this.pendingBytes += bytes.length;
      this.given.push(bytes);
    }
    for (let at = bytes.indexOf('\n'); at !== -1; at = bytes.indexOf('\n', at + 1)) this.lines += 1;
    return !this.isSlow;
  }

  say(text: string): void {
    this.listener?.onData(Buffer.from(text));
  }

  pause(): void {}
  resume(): void {}
  end(): void {}
  destroy(reason: string): void {
    this.listener?.onClose(reason);
  }
}

/** A front end whose clients are the test's, and whose ticks it counts. */
class Bench {
  readonly #frontEnd: TextFrontEnd;
  readonly #service: LocationService;
  #parts: StreamServerParts | undefined;
  readonly #clients: Client[] = [];
  isWoken = false;

  constructor() {
    const transport: Transport = {
      createServer: (parts) => {
        this.#parts = parts;
        return {
          listen: (address) => Promise.resolve(address),
          renewCertificate() {},
          close: () => Promise.resolve(),
          destroyStreams() {},
        };
      },
    };
    this.#service = createTestService({
      search: { nearby: () => PLACES, find: () => assert.fail('no HTTP here') },
      now: () => NOW,
    });
    this.#frontEnd = new TextFrontEnd({
      service: this.#service,
      transport,
      framing: 'line',
      limits: AMPLE_LIMITS,
      certificate: undefined,
      access: undefined,
      nowMs: () => 0,
      log: { write() {}, writeText() {}, writePlain() {} },
      wake: () => (this.isWoken = true),
    });
  }

  connect(): Client {
    const client = new Client();
    client.listener = this.#parts?.onStream(client);
    this.#clients.push(client);
    return client;
  }

  /** A tick; how many lines and bytes were sent in it. */
  tick(): { lines: number; bytes: number } {
    const sum = (key: 'lines' | 'bytes'): number =>
      this.#clients.reduce((total, client) => total + client[key], 0);
    const [lines, bytes] = [sum('lines'), sum('bytes')];
    this.isWoken = false;
    this.#service.beginTick();
    this.#frontEnd.work();
    this.#frontEnd.flush();
    return { lines: sum('lines') - lines, bytes: sum('bytes') - bytes };
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.destroy('the test is over');
    await this.#frontEnd.close(0);
  }
}

const report = (client: string): string => `IAMAT ${client} +1.0-2.0 1600000000\n`;

describe('connections are served fairly', () => {
  test('one that says little does not wait for those that pipeline without end', async () => {
    const bench = new Bench();
    const greedy = Array.from({ length: 80 }, () => bench.connect());
    const quiet = bench.connect();
    greedy[0]?.say(report('kiwi'));
    bench.tick();
    for (const client of greedy) client.say('WHATSAT kiwi 10 5\n'.repeat(2000));
    bench.tick(); // the questions are answered a tick later
    let waited = 0;
    for (let round = 0; round < 10; round++) {
      quiet.say(report('plum'));
      const { lines } = quiet;
      let ticks = 0;
      for (; quiet.lines === lines; ticks++) bench.tick();
      waited = Math.max(waited, ticks);
      assert.ok(bench.isWoken, 'the others have more to do');
    }
    // 80 connections of 32 KiB each take three ticks of 1 MiB.
    assert.ok(waited <= 4, `${waited} ticks`);
    await bench.close();
  });

  test('whatever a tick does not come to is first in the next', async () => {
    const bench = new Bench();
    const clients = Array.from({ length: 40 }, () => bench.connect());
    for (const client of clients) client.say(report('kiwi').repeat(1000));
    const order: number[] = [];
    while (order.length < clients.length) {
      const before = clients.map(({ lines }) => lines);
      bench.tick();
      for (const [index, client] of clients.entries()) {
        if (client.lines > (before[index] ?? 0) && !order.includes(index)) order.push(index);
      }
    }
    assert.deepEqual(order, [...clients.keys()], 'each is served once before any is served twice');
    while (bench.isWoken) bench.tick();
    assert.ok(clients.every(({ lines }) => lines === 1000));
    await bench.close();
  });
});

describe('a tick is bounded', () => {
  test('in commands', async () => {
    const bench = new Bench();
    const clients = Array.from({ length: 100 }, () => bench.connect());
    for (const client of clients) client.say(report('kiwi').repeat(1000));
    let most = 0;
    do most = Math.max(most, bench.tick().lines);
    while (bench.isWoken);
    assert.ok(most <= MOST_COMMANDS, `${most} commands`);
    assert.equal(
      clients.reduce((sum, { lines }) => sum + lines, 0),
      100_000,
    );
    await bench.close();
  });

  test('in bytes of replies', async () => {
    const bench = new Bench();
    const clients = Array.from({ length: 100 }, () => bench.connect());
    clients[0]?.say(report('kiwi'));
    bench.tick();
    for (const client of clients) client.say('WHATSAT kiwi 10 5\n'.repeat(50));
    let most = 0;
    do most = Math.max(most, bench.tick().bytes);
    while (bench.isWoken);
    assert.ok(most <= MOST_BYTES, `${most} bytes`);
    await bench.close();
  });
});

test('clients that do not read keep the replies of few ticks in memory, however many they are', async () => {
  const bench = new Bench();
  const clients = Array.from({ length: 300 }, () => bench.connect());
  for (const client of clients) {
    client.isSlow = true;
    client.say(report('kiwi'));
    bench.tick();
  }
  const buffers = new Set(clients.flatMap(({ given }) => given.map(({ buffer }) => buffer)));
  const kept = [...buffers].filter(({ byteLength }) => byteLength >= 256 * 1024);
  assert.equal(kept.length, 64);
  // Once they have read, the others' replies are not copied any more.
  for (const client of clients) client.pendingBytes = 0;
  clients[0]?.say(report('kiwi'));
  bench.tick();
  assert.ok((clients[0]?.given.at(-1)?.buffer.byteLength ?? 0) >= 256 * 1024);
  await bench.close();
});
