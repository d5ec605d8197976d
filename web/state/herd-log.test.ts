import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HeardServer, HerdStatus, LinkStatus } from 'proxy-herd/client';

import { linksOf, linksWith } from './herd-links.ts';
import { logAfter, type LogEntry } from './herd-log.ts';

const START = Date.parse('2026-01-01T12:00:00.000Z');
const at = (seconds: number): string => new Date(START + seconds * 1000).toISOString();

function link(
  neighbour: string,
  up: boolean,
  sinceS: number,
  lag = { reports: 0, seconds: 0 },
): LinkStatus {
  return { neighbour, up, since: at(sinceS), lag };
}

function server(name: string, links: LinkStatus[], others: Partial<HeardServer> = {}): HeardServer {
  return {
    server: name,
    state: 'reachable',
    lastHeardAt: at(100),
    version: '0.1.0',
    startedAt: at(0),
    gateway: null,
    replaying: false,
    clients: 0,
    connections: 0,
    rates: { reports: 0, replies: 0, places: 0 },
    memoryBytes: null,
    seq: 0,
    reports: { epoch: 1, sequence: 0 },
    links,
    lag: [],
    ...others,
  };
}

const herdOf = (...servers: HerdStatus['servers']): HerdStatus => ({ herd: 'test', servers });

const words = (log: readonly LogEntry[]): string[] =>
  log.map(({ atMs, subject, kind, afterMs }) => {
    const after = afterMs === undefined ? '' : ` after ${afterMs / 1000}`;
    return `${(atMs - START) / 1000} ${subject} ${kind}${after}`;
  });

test('a link is as both its servers say, as far as they can be reached', () => {
  const links = linksOf(
    herdOf(
      server('A', [link('B', true, 5), link('C', true, 5), link('D', true, 5)]),
      server('B', [link('A', true, 6, { reports: 7, seconds: 3 }), link('C', false, 9)]),
      server('C', [link('A', false, 8), link('B', true, 2)], { state: 'unreachable' }),
      { server: 'D', state: 'unreachable', lastHeardAt: null },
      server('E', [link('F', true, 1)], { state: 'unreachable' }),
    ),
  );
  const said = links.map(({ between, state, sinceMs }) => [
    between.join(''),
    state,
    sinceMs === undefined ? undefined : (sinceMs - START) / 1000,
  ]);
  assert.deepEqual(said, [
    ['AB', 'lagging', 6],
    ['AC', 'up', 5],
    ['AD', 'up', 5],
    ['BC', 'down', 9],
    ['EF', 'unknown', undefined],
  ]);
  assert.deepEqual(links[0]?.lag, { reports: 7, seconds: 3 });
  assert.equal(linksWith(links, { server: 'C' }).length, 2);
});

test('the first look finds what servers still know, and nothing that their starts say', () => {
  const herd = herdOf(
    server('A', [link('B', true, 3), link('C', true, 90)]),
    server('B', [link('A', true, 3), link('C', false, 40)]),
    server('C', [link('A', true, 90), link('B', false, 40)], { startedAt: at(1) }),
  );
  const log = logAfter([], undefined, herd, START + 100_000);
  assert.deepEqual(words(log), [
    '90 A – C link up',
    '40 B – C link down',
    '1 C started',
    '0 A started',
    '0 B started',
  ]);
  assert.equal(logAfter(log, herd, herd, START + 102_000), log, 'no news');
});

test('a server that was killed and is back, and its link, are told with how long it was', () => {
  const well = herdOf(server('A', [link('B', true, 2)]), server('B', [link('A', true, 2)]));
  const gone = herdOf(
    server('A', [link('B', false, 100)]),
    server('B', [link('A', true, 2)], { state: 'unreachable' }),
  );
  const back = herdOf(
    server('A', [link('B', true, 112)]),
    server('B', [link('A', true, 112.3)], { startedAt: at(111) }),
  );
  const first = logAfter([], well, gone, START + 101_000);
  assert.deepEqual(words(first), ['100 B gone', '100 A – B link down after 98']);
  const second = logAfter(first, gone, back, START + 113_000);
  assert.deepEqual(words(second).slice(0, 3), [
    '113 B back after 13',
    '112.3 A – B link up after 12.3',
    '111 B started',
  ]);
  assert.equal(logAfter(second, back, back, START + 115_000), second);
});

test('a link that went and came back between two looks is told', () => {
  const before = herdOf(server('A', [link('B', true, 2)]), server('B', [link('A', true, 2)]));
  const after = herdOf(server('A', [link('B', true, 70)]), server('B', [link('A', true, 70.2)]));
  assert.deepEqual(words(logAfter([], before, after, START + 80_000)), ['70.2 A – B link up']);
});
