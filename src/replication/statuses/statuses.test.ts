import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { LinkFacts } from '../server-status.ts';
import { formatStatusLine, parseStatusLine, type SaidStatus } from './status-line.ts';
import { NO_FACTS } from '../no-facts.test.ts';
import type { StatusQueue } from './status-queue.ts';
import { formatStatus, MAX_EPOCH } from './status-text.ts';
import { Statuses } from './statuses.ts';

const INTERVAL_MS = 2000;
const DAY_MS = 86_400_000;
const NOTHING_DONE = { ...NO_FACTS, seq: 0, reports: { epoch: 0, sequence: 0 }, lag: [] };

function linksWith(up: readonly string[], down: readonly string[] = []): LinkFacts[] {
  const none = { sinceMs: 0, reports: 0, seconds: 0 };
  const link = (isUp: boolean) => (neighbour: string) => ({ neighbour, isUp, ...none });
  return [...up.map(link(true)), ...down.map(link(false))];
}

interface Saying {
  readonly sequence?: number;
  readonly epoch?: number;
  readonly ageMs?: number;
  readonly up?: readonly string[];
  readonly down?: readonly string[];
}

/** A status as it comes over a link, with a field of a later version. */
function saying(server: string, said: Saying = {}): SaidStatus {
  const { sequence = 1, epoch = 1, ageMs = 0, up = [], down = [] } = said;
  const links = linksWith(up, down);
  const status = { ...NOTHING_DONE, server, epoch, sequence, everyMs: INTERVAL_MS, links };
  const line = formatStatusLine(ageMs, `${formatStatus(status)} later`);
  return parseStatusLine(line.trimEnd()) ?? assert.fail(line);
}

/** Server A, which is linked with B and C, under a clock that the test drives. */
class Bench {
  nowMs = 1_000_000;
  links = linksWith(['B', 'C']);
  readonly statuses: Statuses;
  readonly toB: StatusQueue;
  readonly toC: StatusQueue;

  constructor() {
    const describe = () => ({ ...NOTHING_DONE, links: this.links });
    this.statuses = new Statuses('A', { createdMs: 100, describe }, () => this.nowMs);
    [this.toB, this.toC] = [this.statuses.open(), this.statuses.open()];
  }

  /** What a neighbour is sent now, each as `SERVER EPOCH SEQUENCE`. */
  sent(queue: StatusQueue): string[] {
    let text = '';
    while (!queue.isEmpty) text += this.statuses.take(queue);
    return text.split('\n').flatMap((line) => /^STATUS \d+ (\S+ \d+ \d+) /.exec(line)?.[1] ?? []);
  }

  fromB(server: string, said?: Saying): boolean {
    return this.statuses.receive(saying(server, said), this.toB);
  }

  /** The servers that are known of, each with whether it is reached. */
  get known(): string {
    return this.statuses
      .known()
      .map(({ server, isReachable }) => `${server}${isReachable ? '' : '?'}`)
      .join(' ');
  }
}

describe('a status that comes', () => {
  test('goes on to the other neighbours once, as it came, with its age', () => {
    const bench = new Bench();
    assert.equal(bench.fromB('D', { ageMs: 30 }), true);
    bench.nowMs += 12;
    const { text } = saying('D');
    assert.equal(bench.statuses.take(bench.toC), `STATUS 42 ${text}\n`);
    assert.match(text, / later$/);
    assert.deepEqual([bench.sent(bench.toB), bench.sent(bench.toC)], [[], []]);
    assert.equal(bench.fromB('D'), false, 'it is known');
    assert.deepEqual([bench.sent(bench.toB), bench.sent(bench.toC)], [[], []]);
  });

  test('gives way to a newer one alone', () => {
    const bench = new Bench();
    bench.fromB('D', { epoch: 5, sequence: 3 });
    assert.equal(bench.fromB('D', { epoch: 5, sequence: 2 }), false);
    assert.equal(bench.fromB('D', { epoch: 4, sequence: 9 }), false);
    assert.equal(bench.fromB('D', { epoch: 5, sequence: 4 }), true);
    assert.equal(bench.fromB('D', { epoch: 6, sequence: 1 }), true);
    assert.deepEqual(bench.sent(bench.toC), ['D 6 1'], 'the newest of them');
  });

  test('is not sent to a neighbour that brings it meanwhile, and is where that brings an older one', () => {
    const bench = new Bench();
    bench.fromB('D', { sequence: 2 });
    bench.fromB('E', { sequence: 2 });
    bench.statuses.receive(saying('D', { sequence: 2 }), bench.toC);
    bench.statuses.receive(saying('E', { sequence: 1 }), bench.toC);
    assert.deepEqual(bench.sent(bench.toC), ['E 1 2']);
  });

  test('is of a server that is forgotten after a day', () => {
    const bench = new Bench();
    assert.equal(bench.fromB('D', { ageMs: DAY_MS + 1 }), false);
    bench.fromB('E', { ageMs: DAY_MS - 1000 });
    assert.equal(bench.known, 'A B C E?');
    bench.nowMs += 1001;
    bench.statuses.sayIfDue();
    assert.equal(bench.known, 'A B C');
  });

  test('is not kept of more servers than there may be', () => {
    const bench = new Bench();
    for (let n = 0; n < 1000; n++) assert.equal(bench.fromB(`S${n}`), true);
    assert.equal(bench.fromB('S1000'), false);
    assert.equal(bench.fromB('S999', { sequence: 2 }), true);
  });
});

test('a new link is sent all that is known, some at a time, and each server has its turn', () => {
  const bench = new Bench();
  const names = Array.from({ length: 100 }, (_, n) => `S${n}`);
  for (const server of names) bench.fromB(server);
  const queue = bench.statuses.open();
  assert.ok(bench.statuses.take(queue).length < 1500);
  for (const server of names) bench.fromB(server, { sequence: 2 });
  const sent = bench.sent(queue);
  const first = sent.findIndex((status) => status === 'S0 1 2');
  assert.ok(first > 80, 'who is not sent yet goes before who has something newer');
  assert.deepEqual(new Set(sent), new Set(names.map((server) => `${server} 1 2`)));
});

describe('a server says how it is', () => {
  test('at its interval, and sooner where a link came or went', () => {
    const bench = new Bench();
    assert.equal(bench.statuses.sayIfDue(), true);
    bench.nowMs += INTERVAL_MS - 1;
    assert.equal(bench.statuses.sayIfDue(), false);
    bench.nowMs += 1;
    assert.equal(bench.statuses.sayIfDue(), true);
    bench.sent(bench.toB);
    bench.nowMs += INTERVAL_MS / 4;
    bench.statuses.noteLinkChange();
    assert.deepEqual(bench.sent(bench.toB), ['A 100 3'], 'at once');
    bench.statuses.noteLinkChange();
    assert.deepEqual(
      bench.sent(bench.toB),
      [],
      'a link that comes and goes does not flood the herd',
    );
    bench.nowMs += INTERVAL_MS / 4;
    bench.statuses.sayIfDue();
    assert.deepEqual(bench.sent(bench.toB), ['A 100 4'], 'but is told of in the end');
  });

  test('the less often, the more servers there are', () => {
    const bench = new Bench();
    for (let n = 0; n < 99; n++) bench.fromB(`S${n}`);
    bench.statuses.sayIfDue();
    bench.nowMs += 12_499;
    assert.equal(bench.statuses.sayIfDue(), false, '100 servers, eight statuses a second');
    bench.nowMs += 1;
    assert.equal(bench.statuses.sayIfDue(), true);
    assert.equal(bench.statuses.known()[0]?.status?.everyMs, 12_500);
  });

  test('after what it said in an earlier life, when its clock was ahead', () => {
    const bench = new Bench();
    bench.statuses.sayIfDue();
    bench.nowMs += INTERVAL_MS;
    assert.equal(bench.fromB('A', { epoch: 90, sequence: 7 }), false, 'that is over');
    assert.equal(bench.fromB('A', { epoch: 300, sequence: 7 }), true);
    assert.deepEqual(bench.sent(bench.toB), ['A 301 2']);
    bench.nowMs += INTERVAL_MS;
    assert.equal(bench.fromB('A', { epoch: MAX_EPOCH }), false, 'nothing can come after that');
    bench.statuses.sayIfDue();
    assert.deepEqual(bench.sent(bench.toB), ['A 301 3']);
  });
});

describe('a server is reachable', () => {
  test('over links that are up', () => {
    const bench = new Bench();
    bench.fromB('B', { up: ['A', 'D'], down: ['F'] });
    bench.fromB('D', { up: ['B', 'E'] });
    assert.equal(bench.known, 'A B C D E F?', 'who was never heard of is known by its neighbours');
    assert.equal(bench.statuses.known().at(-1)?.status, undefined);
  });

  test('until its neighbours say that it is gone, and with it those behind it', () => {
    const bench = new Bench();
    for (const [server, up] of [
      ['B', ['A', 'D']],
      ['D', ['B', 'E']],
      ['E', ['D']],
    ] as const) {
      bench.fromB(server, { up });
    }
    bench.nowMs += 100;
    bench.fromB('B', { sequence: 2, up: ['A'], down: ['D'] });
    assert.equal(bench.known, 'A B C D? E?');
    bench.nowMs += 1;
    bench.fromB('D', { sequence: 2, up: ['E'], down: ['B'] });
    assert.equal(bench.known, 'A B C D E', 'word of another way is still to come');
  });

  test('until its own neighbour here sees the link go', () => {
    const bench = new Bench();
    bench.fromB('B', { up: ['A'] });
    bench.links = linksWith(['C'], ['B']);
    bench.nowMs += 1;
    assert.equal(bench.known, 'A B? C');
  });

  test('as long as it says something', () => {
    const bench = new Bench();
    bench.fromB('B', { up: ['A', 'D'] });
    bench.fromB('D', { up: ['B'] });
    bench.nowMs += 4 * INTERVAL_MS;
    bench.fromB('B', { sequence: 2, up: ['A', 'D'] });
    assert.equal(bench.known, 'A B C D');
    bench.nowMs += 1;
    assert.equal(bench.known, 'A B C D?');
    assert.equal(bench.statuses.known().at(-1)?.ageMs, 4 * INTERVAL_MS + 1);
  });
});

test('a herd of a hundred knows all of all, with at most eight statuses a second on a link each way', () => {
  const names = Array.from({ length: 100 }, (_, n) => `S${n}`);
  let nowMs = 0;
  const members = names.map((name, n) => {
    const ring = [names.at(n - 1) ?? '', names[(n + 1) % names.length] ?? ''];
    const describe = () => ({ ...NOTHING_DONE, links: linksWith(ring) });
    const statuses = new Statuses(name, { createdMs: 0, describe }, () => nowMs);
    return { statuses, queues: [statuses.open(), statuses.open()] as const };
  });
  /** Brings what each has for its two neighbours there, until nobody has anything; how much it was on the busiest line. */
  const flood = (): number => {
    const counts = new Map<StatusQueue, number>();
    for (let isMoving = true; isMoving;) {
      isMoving = false;
      for (const [n, { statuses, queues }] of members.entries()) {
        for (const [side, queue] of queues.entries()) {
          const text = statuses.take(queue);
          const other = members.at((n + (side === 0 ? -1 : 1)) % members.length);
          for (const line of text.split('\n').slice(0, -1)) {
            const said = parseStatusLine(line);
            const back = other?.queues[side === 0 ? 1 : 0];
            assert.ok(said !== undefined && back !== undefined);
            other?.statuses.receive(said, back);
            counts.set(queue, (counts.get(queue) ?? 0) + 1);
            isMoving = true;
          }
        }
      }
    }
    return Math.max(0, ...counts.values());
  };
  for (const { statuses } of members) statuses.sayIfDue();
  flood();
  let count = 0;
  const seconds = 13;
  for (let second = 1; second <= seconds; second++) {
    nowMs += 1000;
    for (const { statuses } of members) statuses.sayIfDue();
    count += flood();
  }
  assert.ok(count > 0 && count <= 8 * seconds, `${count} in ${seconds} s`);
  for (const { statuses } of members) {
    const known = statuses.known();
    assert.equal(known.length, names.length);
    assert.ok(known.every(({ isReachable, status }) => isReachable && status !== undefined));
  }
});
