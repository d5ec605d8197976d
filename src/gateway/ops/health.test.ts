import assert from 'node:assert/strict';
import test from 'node:test';

import type { HerdSource } from '../herd-source.ts';
import { Readiness } from './health.ts';

/** A server whose state the test says. */
class Bench {
  isReplaying = true;
  up: boolean[] = [false, false];
  seconds = 0;
  nowMs = 1000;
  readonly readiness: Readiness;

  constructor() {
    const herd: HerdSource = {
      herd: 'herd',
      server: 'A',
      version: '0',
      links: () => this.up.map((isUp, n) => ({ neighbour: `N${n}`, isUp })),
      vector: () => [],
      isReplaying: () => this.isReplaying,
      lag: () => ({ origins: [{ name: 'B', reports: 1, seconds: this.seconds }], neighbours: [] }),
    };
    this.readiness = new Readiness(herd, () => this.nowMs);
  }
}

test('a server is ready when it has its journal and has caught up with a neighbour, and stays so', () => {
  const bench = new Bench();
  const { readiness } = bench;
  assert.match(readiness.obstacle ?? '', /journal/);
  bench.isReplaying = false;
  assert.match(readiness.obstacle ?? '', /no neighbour/);
  bench.up = [false, true];
  bench.seconds = 60;
  assert.match(readiness.obstacle ?? '', /lacks reports of B/);
  bench.seconds = 0.5;
  assert.equal(readiness.obstacle, undefined);
  bench.up = [false, false];
  assert.equal(readiness.obstacle, undefined);
});

test('one that finds no neighbour for long, or has none, is ready', () => {
  const bench = new Bench();
  bench.isReplaying = false;
  bench.nowMs += 29_999;
  assert.notEqual(bench.readiness.obstacle, undefined);
  bench.nowMs += 1;
  assert.equal(bench.readiness.obstacle, undefined);
  const lone = new Bench();
  lone.isReplaying = false;
  lone.up = [];
  assert.equal(lone.readiness.obstacle, undefined);
});
