import assert from 'node:assert/strict';
import test from 'node:test';

import { ProblemError, UnreachableError, type HerdError } from './errors.ts';
import type { FixedReport } from './fixed-report.ts';
import { ReportSender, type DroppedReport, type SendOutcome } from './report-sender.ts';

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
  assert.deepEqual(sent, [['a2', 'b1', 'a1']]);
  assert.deepEqual(await sender.flush(NO_LIMIT), { confirmed: 3, dropped: 0, unsent: 0 });
});

test('while no server answers it tries again, each time after a longer wait, the newest first', async () => {
  const { sender, sent, waits } = senderOf([away, away, confirm]);
  sender.enqueue(at('a', 1));
  await new Promise(setImmediate);
  sender.enqueue(at('a', 2));
  assert.equal((await sender.flush(NO_LIMIT)).confirmed, 2);
  assert.deepEqual(sent[0], ['a1']);
  assert.deepEqual(sent.at(-1), ['a2', 'a1']);
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
