import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { BENCHMARKS } from './benchmarks.ts';
import type { Outcome } from './harness/report.ts';
import { startBench } from './harness/started-bench.ts';

/** The files' own folder: what benchmarks leave in theirs is a fault. */
const folder = await mkdtemp(join(tmpdir(), 'proxy-herd-'));

test.after(() => rm(folder, { recursive: true, force: true }));

/** They take minutes, however little they do: what they do is in the tests of NATS and of the dashboard as well. */
const LONG: ReadonlySet<string> = new Set(['nats-partitions', 'dashboard']);

for (const benchmark of BENCHMARKS) {
  const { name, measures } = benchmark;
  if (LONG.has(name)) continue;
  test(`${name} can be tried out, and gives every figure`, async (t) => {
    const json = join(folder, `${name}.json`);
    const bench = await startBench(t, [name, '--quick', '--json', json]);
    assert.deepEqual(await bench.closed, [0, null], bench.printed.stdout);
    assert.deepEqual(await readdir(bench.folder), []);
    const report = JSON.parse(await readFile(json, 'utf8')) as { benchmarks: readonly Outcome[] };
    const [outcome] = report.benchmarks;
    if (outcome?.status === 'skipped') return t.skip(outcome.why);
    assert.ok(outcome?.status === 'measured', bench.printed.stdout);
    assert.deepEqual(
      outcome.results.map(({ measure }) => measure),
      Object.keys(measures),
    );
    for (const { measure, a, b, ratio } of outcome.results) {
      for (const value of [a, b, ratio].flatMap((sample) => sample?.values ?? [])) {
        assert.ok(Number.isFinite(value), `${measure}: ${value}`);
      }
    }
  });
}
