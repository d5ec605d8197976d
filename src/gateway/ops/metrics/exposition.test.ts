import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DurationHistogram } from '../../../counts/duration-histogram.ts';
import { noReports } from '../../../service/report-outcome.ts';
import { expose } from './exposition.ts';
import type { MetricsSource } from './metric.ts';
import { METRICS } from './metrics.ts';

const NOTHING = new DurationHistogram([1]).snapshot();

function sourceWith(
  counts: Partial<MetricsSource['counts']> = {},
  others: Partial<MetricsSource> = {},
): MetricsSource {
  return {
    herd: 'herd',
    server: 'A',
    version: '1.2.3',
    isReady: true,
    counts: {
      textReports: noReports(),
      textReplies: { ok: 0, refused: 0, failed: 0 },
      textConnections: { open: 0, opened: 0, refused: { connectionsPerAddress: 2 } },
      plainReports: noReports(),
      removals: noReports(),
      signs: { kept: 0, coalesced: 0, refused: 0 },
      placesAsked: 0,
      clients: 0,
      tombstones: 0,
      signsKnown: 0,
      locationsBytes: 0,
      limits: { maxClients: 10, maxMemoryBytes: Infinity },
      ticks: NOTHING,
      links: [],
      lag: { origins: [], neighbours: [] },
      cluster: undefined,
      journal: undefined,
      hooks: [],
      places: {
        answers: { fresh: 0, stale: 0, called: 0, kept: 0, failed: 0 },
        shared: 0,
        calls: { answered: 0, failed: 0, unsent: 0 },
        callDurations: NOTHING,
        budget: undefined,
      },
      ...counts,
    },
    http: { answers: [], durations: [] },
    httpConnections: 0,
    phones: { accepted: new Map(), unused: new Map() },
    live: { events: 0, conflated: 0, resets: 0, subscribers: 0 },
    ...others,
  };
}

/** The lines of a metric and what belongs to it. */
async function linesOf(source: MetricsSource, name: string): Promise<string[]> {
  const text = await expose(source);
  return text.split('\n').filter((line) => line.startsWith(name));
}

test('a histogram has rising buckets, a sum and a count', async () => {
  const ticks = new DurationHistogram([0.001, 0.01]);
  for (const seconds of [0.0005, 0.002, 0.003, 5]) ticks.observe(seconds);
  const source = sourceWith({ ticks: ticks.snapshot() });
  assert.deepEqual(await linesOf(source, 'proxy_herd_tick_duration_seconds'), [
    'proxy_herd_tick_duration_seconds_bucket{le="0.001"} 1',
    'proxy_herd_tick_duration_seconds_bucket{le="0.01"} 3',
    'proxy_herd_tick_duration_seconds_bucket{le="+Inf"} 4',
    'proxy_herd_tick_duration_seconds_sum 5.0055',
    'proxy_herd_tick_duration_seconds_count 4',
  ]);
  assert.match(await expose(source), /^# TYPE proxy_herd_tick_duration_seconds histogram$/m);
});

test('replies over HTTP count by their statuses', async () => {
  const route = { method: 'GET', route: '/v1/clients/{id}' };
  const answers = [
    { ...route, status: 200, count: 5 },
    { ...route, status: 304, count: 1 },
    { ...route, status: 404, count: 2 },
    { ...route, status: 503, count: 1 },
  ];
  const source = sourceWith({}, { http: { answers, durations: [] } });
  assert.deepEqual(await linesOf(source, 'proxy_herd_replies_total{front_end="http"'), [
    'proxy_herd_replies_total{front_end="http",result="ok"} 6',
    'proxy_herd_replies_total{front_end="http",result="refused"} 2',
    'proxy_herd_replies_total{front_end="http",result="failed"} 1',
  ]);
  assert.deepEqual(await linesOf(source, 'proxy_herd_http_requests_total{'), [
    'proxy_herd_http_requests_total{method="GET",route="/v1/clients/{id}",status="200"} 5',
    'proxy_herd_http_requests_total{method="GET",route="/v1/clients/{id}",status="304"} 1',
    'proxy_herd_http_requests_total{method="GET",route="/v1/clients/{id}",status="404"} 2',
    'proxy_herd_http_requests_total{method="GET",route="/v1/clients/{id}",status="503"} 1',
  ]);
});

test('what phones send counts by app, and what is of no use by its reason as well', async () => {
  const accepted = new Map([['owntracks', 3]]);
  const unused = new Map([['owntracks', new Map([['other-message', 2] as const])]]);
  const source = sourceWith({}, { phones: { accepted, unused } });
  assert.deepEqual(await linesOf(source, 'proxy_herd_phone_'), [
    'proxy_herd_phone_reports_total{app="owntracks"} 3',
    'proxy_herd_phone_unused_total{app="owntracks",reason="other-message"} 2',
  ]);
});

test('the names of results and limits are written as labels are', async () => {
  const lines = await linesOf(sourceWith(), 'proxy_herd_');
  assert.ok(lines.includes('proxy_herd_removals_total{result="not_acknowledged"} 0'));
  assert.ok(
    lines.includes('proxy_herd_text_connections_refused_total{limit="connections_per_address"} 2'),
  );
});

test('what does not apply to a server is not there, and is not 0', async () => {
  const text = await expose(sourceWith());
  for (const name of ['journal_failing', 'journal_delay', 'places_budget', 'link_up', 'nats']) {
    assert.ok(!text.includes(`proxy_herd_${name}`), name);
  }
  assert.match(text, /^proxy_herd_locations_limit_bytes \+Inf$/m);
});

test('names of any bytes stay within their line', async () => {
  const names = ['a"b\\c\nd', 'x\r\0\x7f\u0085y', '\xc3\xa9', '\xff', 'long'.repeat(100), ''];
  const origins = names.map((name) => ({ name, reports: 1, seconds: 2 }));
  const source = sourceWith({ lag: { origins, neighbours: [] } });
  assert.deepEqual(await linesOf(source, 'proxy_herd_origin_lag_reports'), [
    'proxy_herd_origin_lag_reports{origin="a\\"b\\\\c\ufffdd"} 1',
    'proxy_herd_origin_lag_reports{origin="x\ufffd\ufffd\ufffd\ufffdy"} 1',
    'proxy_herd_origin_lag_reports{origin="é"} 1',
    'proxy_herd_origin_lag_reports{origin="ÿ"} 1',
    `proxy_herd_origin_lag_reports{origin="${'long'.repeat(32)}"} 1`,
    'proxy_herd_origin_lag_reports{origin=""} 1',
  ]);
});

test('there are no more values than a thousand, however many origins there are', async () => {
  const origins = Array.from({ length: 3000 }, (_, n) => ({
    name: `o${n}`,
    reports: 0,
    seconds: 0,
  }));
  const source = sourceWith({ lag: { origins, neighbours: [] } });
  assert.equal((await linesOf(source, 'proxy_herd_origin_lag_reports')).length, 1000);
});

test('each metric has a name of its own, in base units, and says what it is', () => {
  const names = METRICS.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const { name, type, help } of METRICS) {
    assert.match(name, /^proxy_herd_[a-z_]+$/);
    assert.equal(name.endsWith('_total'), type === 'counter', name);
    assert.doesNotMatch(name, /_(ms|milliseconds|kb|km|percent)(_|$)/, name);
    assert.match(help, /^[A-Z].*\.$/, name);
  }
});

test('the process is there once, whichever server is asked', async () => {
  const first = await linesOf(sourceWith(), 'process_start_time_seconds');
  assert.equal(first.length, 1);
  assert.deepEqual(
    await linesOf(sourceWith({}, { server: 'B' }), 'process_start_time_seconds'),
    first,
  );
  assert.deepEqual(await linesOf(sourceWith(), 'nodejs_active_handles'), []);
});
