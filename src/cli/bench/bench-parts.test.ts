import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseCommand } from '../../protocol/command.ts';
import { CliError } from '../errors.ts';
import { InFlight } from '../replies/in-flight.ts';
import { BenchCommands, RisingTime } from './bench-commands.ts';
import { readBenchOptions } from './bench-options.ts';
import { benchFailures, benchText, progressText } from './bench-report.ts';
import { ClosedLoop, OpenLoop } from './schedule.ts';
import { Tally } from './tally.ts';

const SEED = 20_261_127;
const DEFAULTS = { connections: '50', clients: '1000', questions: '0' };

test('commands are valid, and found by the keys that they are given', () => {
  const time = new RisingTime();
  const commands = new BenchCommands(['a', 'b', 'c'], 7, 0.25, time);
  const made = Array.from({ length: 40 }, (_, n) => commands.next(1_795_761_834_203.9 + n / 10));
  assert.equal(made.filter(({ isQuestion }) => isQuestion).length, 10);
  for (const { text, key, isQuestion } of made) {
    const parsed = parseCommand(text);
    assert.equal(parsed?.name, isQuestion ? 'WHATSAT' : 'IAMAT', text);
    const inFlight = new InFlight<string>();
    inFlight.add(text, text, key);
    const line = isQuestion ? `AT Riley +1.0 ${parsed?.client} +1-2 3` : `AT Riley +1.0 ${key}`;
    const places = isQuestion ? '{\n}' : undefined;
    assert.equal(inFlight.take({ line, places })?.note, text);
  }
});

test('times rise, also within a millisecond and where the clock is set back', () => {
  const time = new RisingTime();
  assert.deepEqual(
    [1000.2, 1000.7, 1001, 990].map((nowMs) => time.next(nowMs)),
    ['1.000000000', '1.000000001', '1.001000000', '1.001000001'],
  );
});

test('in a closed loop commands begin until the end, or until there are enough', () => {
  const byTime = new ClosedLoop({ startMs: 100, durationMs: 50, count: Infinity });
  assert.equal(byTime.next(0, 149), 149);
  assert.equal(byTime.next(0, 150), undefined);
  const byCount = new ClosedLoop({ startMs: 100, durationMs: Infinity, count: 2 });
  assert.deepEqual([byCount.next(0, 1), byCount.next(1, 2), byCount.next(2, 3)], [1, 2, undefined]);
  assert.ok(byCount.isOver(0));
  byTime.stop(120);
  assert.equal(byTime.next(0, 130), undefined);
});

test('in an open loop latency counts from when a command was due, however late it is sent', () => {
  const loop = new OpenLoop(1000, 2, { startMs: 0, durationMs: 10, count: Infinity });
  assert.equal(loop.next(1, 0.5), undefined);
  // Nothing could be sent for five milliseconds.
  assert.deepEqual(
    [0, 0, 0, 0].map((lane) => loop.next(lane, 5)),
    [0, 2, 4, undefined],
  );
  assert.deepEqual(
    [1, 1, 1, 1].map((lane) => loop.next(lane, 5)),
    [1, 3, 5, undefined],
  );
  assert.equal(loop.due(5), 6);
  loop.stop(7);
  assert.deepEqual(
    [0, 1, 0].map((lane) => loop.next(lane, 99)),
    [6, 7, undefined],
  );
});

test('an open loop begins each of its commands once, in time', () => {
  const property = fc.property(
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 1, max: 5000 }),
    fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 20 }),
    (lanes, rate, steps) => {
      const loop = new OpenLoop(rate, lanes, { startMs: 0, durationMs: 200, count: Infinity });
      const begun: number[] = [];
      let nowMs = 0;
      for (const step of [...steps, 1000]) {
        nowMs += step;
        for (let lane = 0; lane < lanes; lane++) {
          let dueMs = loop.next(lane, nowMs);
          for (; dueMs !== undefined; dueMs = loop.next(lane, nowMs)) {
            assert.ok(dueMs <= nowMs + 1e-3);
            begun.push(dueMs);
          }
        }
        assert.equal(begun.length, loop.due(nowMs));
      }
      assert.ok(loop.isOver(nowMs));
      begun.sort((a, b) => a - b);
      begun.forEach((dueMs, n) => assert.ok(Math.abs(dueMs - (n * 1000) / rate) < 1e-6));
      assert.equal(begun.length, Math.floor(rate / 5 + 1e-6));
    },
  );
  fc.assert(property, { seed: SEED });
});

test('options that make no load are usage errors', () => {
  for (const [options, message] of [
    [{ connections: '0' }, 'found --connections 0, expected a whole number from 1 to 20000'],
    [{ clients: '10' }, 'found 10 clients and 50 connections, expected a client each'],
    [{ questions: '100' }, 'found --questions 100, expected a share in per cent from 0 to 99'],
    [{ rate: '-1' }, 'found --rate -1, expected a number above 0, at most 10000000'],
    [{ duration: 'soon' }, 'found --duration soon, expected a duration'],
    [{ depth: '1e9' }, 'found --depth 1e9, expected a whole number from 1 to 10000'],
  ] as const) {
    assert.throws(
      () => readBenchOptions({ ...DEFAULTS, ...options }),
      (error) => error instanceof CliError && error.message.startsWith(message),
    );
  }
});

test('what is not said has the value that fits', () => {
  const closed = readBenchOptions(DEFAULTS);
  assert.deepEqual([closed.depth, closed.durationMs, closed.count], [1, 10_000, Infinity]);
  const open = readBenchOptions({ ...DEFAULTS, rate: '2.5', count: '7', questions: '12.5%' });
  assert.deepEqual([open.depth, open.durationMs, open.count], [100, Infinity, 7]);
  assert.equal(open.questionShare, 0.125);
});

test('a result has the rate, the latencies and what went wrong', () => {
  const tally = new Tally();
  for (let ms = 1; ms <= 1000; ms++) tally.reply(false, ms);
  tally.reply(true, 12_000);
  tally.refuse('? IAMAT bench-1 …');
  tally.lose(3, 'the connection was cut');
  const loaded = { seconds: 2, busy: 0.1, unsent: 5, tally };
  const { p50, p999, max } = tally.reports;
  for (const [value, wanted] of [
    [p50, 500],
    [p999, 999],
    [max, 1000],
  ] as const) {
    assert.ok(Math.abs(value - wanted) <= wanted / 500, `${value} is ${wanted}`);
  }
  const text = benchText(loaded, true);
  assert.match(
    text,
    /^1,002 replies in 2\.0 s: 501 a second\nLatency, from when a command was due/,
  );
  assert.match(text, /^reports +1,000 +50\d ms /m);
  assert.match(text, /^questions +1 +12\.0 s /m);
  assert.match(progressText({ seconds: 2, inFlight: 4, tally }), /501 a second.* 4 in flight/);
  assert.deepEqual(benchFailures(loaded), [
    '1 command was answered with a question mark, the first one with ? IAMAT bench-1 …',
    '3 commands were not answered',
    'a connection was lost: the connection was cut',
    '5 commands were due and could not be sent: as many as --depth allows were in flight',
  ]);
});
