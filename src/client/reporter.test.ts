import assert from 'node:assert/strict';
import test from 'node:test';

import type { FixedReport } from './fixed-report.ts';
import { Reporter } from './reporter.ts';

function at(client: string, seconds: number): FixedReport {
  return { client, latitude: 1, longitude: 2, time: { seconds, nanoseconds: 0 } };
}

test('a report that is sent again is followed by those behind it of its client', async () => {
  const problem = { type: 'urn:proxy-herd:problem:not-acknowledged', status: 503, title: 'no' };
  const sent: string[][] = [];
  const reporter = new Reporter({
    runtime: {
      nowMs: () => 0,
      elapsedMs: () => 0,
      random: () => 0.5,
      delay: async () => undefined,
    },
    write: async (call) => {
      const lines = (call.request.body ?? '').split('\n').slice(0, -1);
      sent.push(lines.map((line) => line.replace(/.*"client":"(\w+)".*:0(\d)Z".*/, '$1$2')));
      const results = lines.map((_, index) =>
        sent.length === 1 && index === 1 ? { accepted: false, problem } : { accepted: true },
      );
      const text = results.map((result) => `${JSON.stringify(result)}\n`).join('');
      return call.read(new Response(text), 'http://a');
    },
  });
  const reports = [at('a', 1), at('a', 2), at('b', 1), at('a', 3)];
  const outcomes = await reporter.reportAll(reports, { deadlineMs: 60_000, signals: [] });
  assert.deepEqual(outcomes, ['confirmed', 'confirmed', 'confirmed', 'confirmed']);
  assert.deepEqual(sent, [
    ['a1', 'a2', 'b1', 'a3'],
    ['a2', 'a3'],
  ]);
});
