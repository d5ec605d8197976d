import assert from 'node:assert/strict';
import test from 'node:test';

import { compareInstants } from '../protocol/timestamp.ts';
import { InvalidArgumentError } from './errors.ts';
import { fixReport, ReportClock } from './fixed-report.ts';

test('reports of one millisecond have times that rise, and a clock that is set back is followed', () => {
  let nowMs = 1_600_000_000_123;
  const clock = new ReportClock(() => nowMs);
  const [first, second] = [clock.next(), clock.next()];
  assert.deepEqual(first, { seconds: 1_600_000_000, nanoseconds: 123_000_000 });
  assert.ok(compareInstants(second, first) > 0);
  nowMs -= 500;
  assert.ok(compareInstants(clock.next(), second) > 0);
  nowMs -= 5000;
  assert.equal(clock.next().seconds, 1_599_999_994);
});

test('a time is taken as it is given, to the nanosecond, and is the same however often it is sent', () => {
  const clock = new ReportClock(() => 5000);
  const report = { client: 'kiwi', latitude: 1, longitude: 2 };
  const fixed = fixReport({ ...report, time: '2021-05-19T22:53:47.959498503Z' }, clock);
  assert.deepEqual(fixed.time, { seconds: 1_621_464_827, nanoseconds: 959_498_503 });
  const dated = fixReport({ ...report, time: new Date(1500) }, clock);
  assert.deepEqual(dated.time, { seconds: 1, nanoseconds: 500_000_000 });
  assert.deepEqual(fixReport(report, clock).time, { seconds: 5, nanoseconds: 0 });
});

test('what cannot be a report is refused before it is sent', () => {
  const clock = new ReportClock(() => 0);
  const good = { client: 'kiwi', latitude: 1, longitude: 2 };
  for (const [wrong, message] of [
    [{ client: '' }, /client/],
    [{ client: 'a b' }, /client/],
    [{ latitude: 90.1 }, /latitude: found 90.1, expected -90 to 90/],
    [{ longitude: Number.NaN }, /longitude/],
    [{ time: 'yesterday' }, /time: found yesterday/],
    [{ time: new Date(Number.NaN) }, /time/],
    [{ time: new Date(-1) }, /time/],
  ] as const) {
    assert.throws(
      () => fixReport({ ...good, ...wrong }, clock),
      (error) => {
        assert.ok(error instanceof InvalidArgumentError);
        assert.match(error.message, message);
        return true;
      },
    );
  }
});
