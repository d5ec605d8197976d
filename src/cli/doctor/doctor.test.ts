import assert from 'node:assert/strict';
import test from 'node:test';
import { clockFinding, clocksOfLinks } from './clocks.ts';
import { Findings } from './finding.ts';
import { runtimeFindings } from './runtime.ts';

const NOON_MS = Date.UTC(2030, 0, 1, 12);

for (const [offMs, state] of [
  [0, 'ok'],
  [900, 'ok'],
  [-1500, 'ok'],
  [10_000, 'warning'],
  [-10_000, 'warning'],
  [90_000, 'wrong'],
  [-90_000, 'wrong'],
] as const) {
  test(`a clock that is ${offMs} ms off is ${state}, however the second of its date began`, () => {
    for (const startMs of [0, 1, 400, 999]) {
      const sentMs = NOON_MS + startMs;
      const dateMs = Math.floor((sentMs + 20 + offMs) / 1000) * 1000;
      const clocks = new Findings('clocks');
      clockFinding(clocks, 'A', dateMs, sentMs, sentMs + 40);
      assert.equal(clocks.all[0]?.state, state, `${startMs}`);
    }
  });
}

test('the clocks of linked servers are compared by when both say that the link came up', () => {
  const link = (neighbour: string, sinceMs: number, up = true) => ({
    neighbour,
    up,
    since: new Date(sinceMs).toISOString(),
    lag: { reports: 0, seconds: 0 },
  });
  const clocks = new Findings('clocks');
  clocksOfLinks(clocks, [
    { server: 'A', state: 'reachable', links: [link('B', NOON_MS), link('C', NOON_MS, false)] },
    { server: 'B', state: 'reachable', links: [link('A', NOON_MS + 5000), link('C', NOON_MS)] },
    { server: 'C', state: 'reachable', links: [link('A', 0), link('B', NOON_MS - 61_000)] },
    { server: 'D', state: 'unreachable', links: [link('A', 0)] },
  ]);
  assert.deepEqual(
    clocks.all.map(({ subject, state, found }) => [subject, state, found]),
    [
      ['B', 'warning', 'its clock is 5 s ahead of that of A'],
      ['C', 'wrong', 'its clock is 61 s behind that of B'],
    ],
  );
});

for (const [version, zone, states] of [
  ['20.19.0', undefined, ['ok', 'ok']],
  ['22.1.0', 'Europe/Berlin', ['ok', 'ok']],
  ['20.18.9', 'EST5EDT', ['wrong', 'ok']],
  ['18.20.0', 'Berlin/Europe', ['wrong', 'warning']],
] as const) {
  test(`Node ${version} and the time zone ${zone} are ${states.join(' and ')}`, () => {
    const found = runtimeFindings(version, { TZ: zone });
    assert.deepEqual(
      found.map(({ state }) => state),
      states,
    );
  });
}
