import assert from 'node:assert/strict';
import test from 'node:test';

import fc from 'fast-check';

import { ProblemError, UnreachableError, type HerdError } from './errors.ts';
import type { FixedReport } from './fixed-report.ts';
import { ReportSender, type DroppedReport, type SendOutcome } from './report-sender.ts';

const SEED = 20_261_127;
const NO_LIMIT = { deadlineMs: 60_000, signals: [] };

function at(client: string, seconds: number): FixedReport {
  return { client, latitude: 1, longitude: 2, time: { seconds, nanoseconds: 0 } };
}

type Send = (reports: readonly FixedReport[]) => Promise<readonly (SendOutcome | undefined)[]>;

/** A sender whose waits take no time; what it sent, and what it dropped. */
function senderOf(answers: readonly Send[], capacity = 100) {
  const sent: string[][] = [];
  const waits: number[] = [];
  const dropped: DroppedReport[] = [];
  let call = 0;
  const sender = new ReportSender({
    runtime: {
      nowMs: () => 0,
      elapsedMs: () => 0,
      random: () => 0.5,
      delay: async (ms, signal) => {
        waits.push(ms);
        await new Promise(setImmediate);
        signal.throwIfAborted();
      },
    },
    capacity,
    batch: 10,
    send: async (reports) => {
      sent.push(reports.map(({ client, time }) => `${client}${time.seconds}`));
      const answer = answers[Math.min(call++, answers.length - 1)];
      return answer === undefined ? [] : answer(reports);
    },
    onDrop: (drop) => dropped.push(drop),
  });
  return { sender, sent, waits, dropped };
}

const confirm: Send = async (reports) => reports.map(() => 'confirmed');
const away: Send = async () => {
  throw new UnreachableError(1, []);
};

test('what is enqueued is sent, and a flush waits for that', async () => {
  const { sender, sent } = senderOf([confirm]);
  sender.enqueue(at('a', 1));
  sender.enqueue(at('a', 2));
  sender.enqueue(at('b', 1));
  assert.deepEqual(await sender.flush(NO_LIMIT), { confirmed: 3, dropped: 0, unsent: 0 });
  assert.deepEqual(sent, [['a1', 'b1', 'a2']]);
  assert.deepEqual(await sender.flush(NO_LIMIT), { confirmed: 3, dropped: 0, unsent: 0 });
});

test('while no server answers it tries again, each time after a longer wait', async () => {
  const { sender, sent, waits } = senderOf([away, away, confirm]);
  sender.enqueue(at('a', 1));
  await new Promise(setImmediate);
  sender.enqueue(at('a', 2));
  assert.equal((await sender.flush(NO_LIMIT)).confirmed, 2);
  assert.deepEqual(sent[0], ['a1']);
  assert.deepEqual(sent.at(-1), ['a1', 'a2']);
  assert.ok(waits.length === 2 && (waits[0] ?? 0) < (waits[1] ?? 0), waits.join());
});

test('drops are told with their reason', async () => {
  const refusal: HerdError = new ProblemError('forbidden', 'http://a', 403, { detail: 'not you' });
  const { sender, dropped } = senderOf([async () => ['confirmed', refusal], away], 3);
  for (const report of [at('a', 1), at('b', 1), at('a', 2), at('a', 3)]) sender.enqueue(report);
  await new Promise(setImmediate);
  await sender.close();
  await new Promise(setImmediate);
  assert.deepEqual(
    dropped.map(({ report, reason }) => [report.client, report.time, reason]),
    [
      ['a', '1970-01-01T00:00:01Z', 'buffer-full'],
      ['a', '1970-01-01T00:00:03Z', 'refused'],
      ['a', '1970-01-01T00:00:02Z', 'closed'],
    ],
  );
  assert.equal(dropped[1]?.error, refusal);
  assert.deepEqual(sender.counts, { confirmed: 1, dropped: 3, unsent: 0 });
});

test('finish sends what it can once, however often it is called, and refuses further reports', async () => {
  const { sender, sent, dropped } = senderOf([confirm, away]);
  const ends: string[] = [];
  sender.enqueue(at('a', 1));
  const flush = () => sender.flush(NO_LIMIT);
  const first = sender.finish(flush, () => ends.push('first'));
  assert.throws(() => sender.enqueue(at('b', 1)), { code: 'closed' });
  await Promise.all([first, sender.finish(flush, () => ends.push('second'))]);
  assert.deepEqual({ sent, dropped, ends }, { sent: [['a1']], dropped: [], ends: ['first'] });

  const hopeless = senderOf([away]);
  hopeless.sender.enqueue(at('a', 1));
  await hopeless.sender.finish(
    () => Promise.reject(new Error('no time')),
    () => undefined,
  );
  assert.deepEqual(
    hopeless.dropped.map(({ reason }) => reason),
    ['closed'],
  );
});

test('a flush that is broken off leaves the reports, and one of a sender that is closed fails', async () => {
  const { sender, dropped } = senderOf([away]);
  sender.enqueue(at('a', 1));
  const stop = new AbortController();
  const first = sender.flush({ ...NO_LIMIT, signals: [stop.signal] });
  const reason = new Error('enough');
  stop.abort(reason);
  await assert.rejects(first, reason);
  assert.equal(sender.counts.unsent, 1);
  const second = sender.flush(NO_LIMIT);
  await Promise.all([assert.rejects(second, { code: 'closed' }), sender.close()]);
  assert.equal(dropped.length, 1);
  assert.throws(() => sender.enqueue(at('a', 2)), { code: 'closed' });
});

test('once the newest of a client is confirmed, older ones that wait are given up', async () => {
  const { sender, sent, dropped } = senderOf([confirm], 4);
  for (const seconds of [1, 2, 3, 4]) sender.enqueue(at('a', seconds));
  assert.deepEqual(await sender.flush(NO_LIMIT), { confirmed: 2, dropped: 2, unsent: 0 });
  assert.deepEqual(sent, [['a3', 'a4']]);
  await new Promise(setImmediate);
  assert.deepEqual(
    dropped.map(({ report, reason }) => [report.time, reason]),
    [
      ['1970-01-01T00:00:01Z', 'superseded'],
      ['1970-01-01T00:00:02Z', 'superseded'],
    ],
  );
});

/** What a herd has of a client: a report, and when it was received, in seconds of the servers' clock. */
interface Received {
  readonly report: FixedReport;
  readonly receipt: number;
}

/** Whether a herd takes a record for the newer one: by `min(time, receipt)`, then by the receipt. */
function isNewer(a: Received, b: Received): boolean {
  const key = ({ report, receipt }: Received): number => Math.min(report.time.seconds, receipt);
  return key(a) > key(b) || (key(a) === key(b) && a.receipt > b.receipt);
}

/** What becomes of a report that is sent: its answer, or that only the answer is lost. */
const fate = fc.constantFrom('confirmed', 'received', 'lost', 'refused');
/** Reports by the seconds between them and the latest before them, within one moment in any order. */
const moment = fc.array(
  fc.record({ client: fc.constantFrom('a', 'b'), seconds: fc.nat({ max: 9 }) }),
  { minLength: 1, maxLength: 8 },
);

test('whatever the clocks say and whatever is lost, the herd ends at the newest report that it received', async () => {
  const property = async (
    moments: readonly { readonly client: string; readonly seconds: number }[][],
    fates: readonly string[],
    aheadS: number,
    capacity: number,
  ): Promise<void> => {
    const herd = new Map<string, Received>();
    const newest = new Map<string, FixedReport>();
    const order = new Map<FixedReport, number>();
    const received = new Set<FixedReport>();
    const orderOf = (report: FixedReport): number => order.get(report) ?? -1;
    let receipt = 10_000;
    let sends = 0;
    const receive = (report: FixedReport): void => {
      receipt += 1;
      received.add(report);
      const record = { report, receipt };
      const known = herd.get(report.client);
      if (known === undefined || isNewer(record, known)) herd.set(report.client, record);
      const before = newest.get(report.client);
      const later = before === undefined ? 1 : report.time.seconds - before.time.seconds;
      if (before === undefined || later > 0 || (later === 0 && orderOf(report) > orderOf(before))) {
        newest.set(report.client, report);
      }
    };
    const send: Send = async (reports) =>
      reports.map((report) => {
        const found = fates[sends++] ?? 'confirmed';
        // What a server has taken is not refused when it comes again.
        if (found === 'refused' && !received.has(report)) {
          return new ProblemError('forbidden', 'http://a', 403, {});
        }
        if (found !== 'lost') receive(report);
        return found === 'lost' || found === 'received' ? undefined : 'confirmed';
      });
    const { sender } = senderOf([send], capacity);
    for (const [index, reports] of moments.entries()) {
      for (const { client, seconds } of reports) {
        const report = at(client, 10_000 + aheadS + index * 10 + seconds);
        order.set(report, order.size);
        sender.enqueue(report);
      }
      await new Promise(setImmediate); // a batch is sent
    }
    const { confirmed, dropped, unsent } = await sender.flush(NO_LIMIT);
    assert.deepEqual([confirmed + dropped, unsent], [order.size, 0]);
    for (const [client, report] of newest) assert.equal(herd.get(client)?.report, report);
    await sender.close();
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(moment, { minLength: 1, maxLength: 6 }),
      fc.array(fate, { maxLength: 40 }),
      fc.integer({ min: -80, max: 80 }),
      fc.integer({ min: 2, max: 12 }),
      property,
    ),
    { seed: SEED, numRuns: 400 },
  );
});
