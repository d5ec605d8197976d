import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { HeardAnswer, HerdAnswer, ServerAnswer } from '../../gateway/api/herd-schema.ts';
import { styleOf } from '../style.ts';
import { formatHerd } from './format-herd.ts';
import { drawing } from './screen.ts';

type LinkAnswer = HeardAnswer['links'][number];

const NOW = '2026-11-27T07:00:30.250Z';
const START = '2026-11-27T06:00:00.000Z';

function link(neighbour: string, up = true, reports = 0, seconds = 0): LinkAnswer {
  return { neighbour, up, since: START, lag: { reports, seconds } };
}

function heard(server: string, more: Partial<HeardAnswer> = {}): HeardAnswer {
  return {
    server,
    state: 'reachable',
    lastHeardAt: NOW,
    version: '0.1.0',
    startedAt: START,
    gateway: null,
    replaying: false,
    clients: 1000,
    connections: 12,
    rates: { reports: 120.5, replies: 130, places: 0 },
    memoryBytes: null,
    seq: 1,
    reports: { epoch: 1, sequence: 1 },
    links: [],
    lag: [],
    ...more,
  };
}

function shown(
  servers: readonly ServerAnswer[],
  isColoured = false,
  nats?: HerdAnswer['nats'],
): string {
  const answer: HerdAnswer = { herd: 'herd', nats, servers: [...servers] };
  return formatHerd(answer, 'the gateway of A', styleOf(isColoured));
}

const SERVERS: readonly ServerAnswer[] = [
  heard('A', { links: [link('B'), link('C', false, 3, 61.04), link('D', false)] }),
  heard('B', {
    links: [link('A', true, 1, 0.2), link('C', false)],
    lag: [{ server: 'C', reports: 7, seconds: 2 }],
    replaying: true,
  }),
  heard('C', {
    state: 'unreachable',
    lastHeardAt: '2026-11-27T07:00:16.250Z',
    links: [link('A'), link('B'), link('E')],
  }),
  { server: 'D', state: 'unreachable', lastHeardAt: null },
  { server: 'E', state: 'unreachable', lastHeardAt: null },
];

test('a herd on NATS says whether that is there, and counts links where there are some', () => {
  const summary = (servers: readonly ServerAnswer[], nats: HerdAnswer['nats']): string =>
    shown(servers, false, nats).split('\n', 1)[0] ?? '';
  const [linked] = SERVERS;
  assert.ok(linked !== undefined);
  const end = '(by the gateway of A)';
  assert.equal(summary([heard('A')], 'away'), `herd: 1 of 1 servers reachable, NATS away ${end}`);
  assert.equal(
    summary([linked], 'connected'),
    `herd: 1 of 1 servers reachable, 1 of 3 links up, NATS connected ${end}`,
  );
});

test('a herd is a table of servers and one of links, each once', () => {
  const time = '2026-11-27T06:00:00Z';
  assert.equal(
    shown(SERVERS),
    `herd: 2 of 5 servers reachable, 1 of 5 links up (by the gateway of A)

SERVER  STATE        HEARD    UP FOR  CLIENTS  REPORTS/S  REPLIES/S  PLACES/S  LACKS                CONNECTIONS  VERSION
A       reachable    0s ago   1h0m    1000     120.5      130.0      0.0       -                    12           0.1.0
B       replaying    0s ago   1h0m    1000     120.5      130.0      0.0       C: 7 reports, 2.0 s  12           0.1.0
C       unreachable  14s ago  1h0m    1000     120.5      130.0      0.0       -                    12           0.1.0
D       unreachable  never    -       -        -          -          -         -                    -            -
E       unreachable  never    -       -        -          -          -         -                    -            -

LINK   STATE    SINCE                 LAG
A - B  up       ${time}  A lacks 1 report, 0.2 s
A - C  down     ${time}  C lacks 3 reports, 61.0 s
A - D  down     ${time}  -
B - C  down     ${time}  -
C - E  unknown  -                     -
`,
  );
});

test('colours take no room in a table', () => {
  // oxlint-disable-next-line no-control-regex -- colours begin with it
  const plain = shown(SERVERS, true).replace(/\u001b\[\d+m/g, '');
  assert.equal(plain, shown(SERVERS));
  assert.notEqual(shown(SERVERS, true), plain);
});

test('a server of a herd of one has no links, and what it is called does not steer a terminal', () => {
  const text = shown([heard('A\u001b[2J')]);
  assert.match(text, /^A\\x1b\[2J +reachable/m);
  assert.doesNotMatch(text, /LINK/);
});

test('a drawing fits its screen, and leaves nothing of the one before', () => {
  const text = drawing('\u001b[1mlong line\u001b[22m\nsecond\nthird\n', { columns: 6, rows: 3 });
  assert.equal(
    text,
    '\u001b[H\u001b[1mlong \u001b[22m\u001b[0m…\u001b[K\nsecond\u001b[K\n\u001b[J',
  );
});
