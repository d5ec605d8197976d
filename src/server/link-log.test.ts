import assert from 'node:assert/strict';
import { test } from 'node:test';

import { logLinks } from './link-log.ts';
import type { LogEvent } from './log-events.ts';
import { NO_LOG } from './log.ts';

function collect() {
  const written: LogEvent[] = [];
  return { written, events: logLinks({ ...NO_LOG, write: (event) => written.push(event) }) };
}

const REFUSED = { code: 'unreachable', detail: 'connect ECONNREFUSED' } as const;
const TIMED_OUT = { code: 'unreachable', detail: 'connect ETIMEDOUT' } as const;

test('each link that comes up or ends is logged, with its cause', () => {
  const { written, events } = collect();
  const cause = { code: 'silent', detail: '3 heartbeats missed' } as const;
  events.onLinkUp('Jaquez', true);
  events.onLinkDown('Jaquez', cause);
  events.onLinkDown('Jaquez', cause);
  assert.deepEqual(written, [
    { event: 'link-up', neighbour: 'Jaquez', dialled: true },
    { event: 'link-down', neighbour: 'Jaquez', code: 'silent', detail: '3 heartbeats missed' },
    { event: 'link-down', neighbour: 'Jaquez', code: 'silent', detail: '3 heartbeats missed' },
  ]);
});

test('a neighbour that stays away is logged once for each cause, until it was there again', () => {
  const { written, events } = collect();
  events.onLinkFailed('Jaquez', REFUSED);
  events.onLinkFailed('Jaquez', REFUSED);
  events.onLinkFailed('Juzang', REFUSED);
  events.onLinkFailed('Jaquez', TIMED_OUT);
  events.onLinkUp('Jaquez', false);
  events.onLinkFailed('Jaquez', TIMED_OUT);
  assert.deepEqual(written, [
    { event: 'link-failed', neighbour: 'Jaquez', ...REFUSED },
    { event: 'link-failed', neighbour: 'Juzang', ...REFUSED },
    { event: 'link-failed', neighbour: 'Jaquez', ...TIMED_OUT },
    { event: 'link-up', neighbour: 'Jaquez', dialled: false },
    { event: 'link-failed', neighbour: 'Jaquez', ...TIMED_OUT },
  ]);
});

test('a stranger is logged each time', () => {
  const { written, events } = collect();
  const cause = { code: 'refused', detail: 'X is no neighbour of A' } as const;
  events.onLinkFailed(undefined, cause);
  events.onLinkFailed(undefined, cause);
  assert.equal(written.length, 2);
});
