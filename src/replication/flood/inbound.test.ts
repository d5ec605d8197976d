import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { Inbound } from './inbound.ts';
import { OriginNumbers } from '../vectors/origins.ts';

/** So many records second in a row are enough. */
const ENOUGH = 5;
const MAX_CHECKPOINTS = 4;

/** What neighbour B says to server A, which knows of origins R and S. */
function start(): { inbound: Inbound; r: number; s: number } {
  const origins = new OriginNumbers();
  return { r: origins.named('R', 1), s: origins.named('S', 1), inbound: new Inbound(origins) };
}

/** After how many records in a row that were second it was enough. */
function untilEnough(inbound: Inbound, origin: number): number {
  for (let records = 1; ; records++) if (inbound.noteSecond(origin, ENOUGH)) return records;
}

describe('a neighbour that is second with an origin', () => {
  test('is so often enough after some records in a row, and each time anew', () => {
    const { inbound, r } = start();
    assert.equal(untilEnough(inbound, r), ENOUGH);
    assert.equal(untilEnough(inbound, r), ENOUGH);
  });

  test('is counted from the start where it was first in between', () => {
    const { inbound, r } = start();
    for (let records = 1; records < ENOUGH; records++) inbound.noteSecond(r, ENOUGH);
    inbound.noteFirst(r);
    assert.equal(untilEnough(inbound, r), ENOUGH);
  });
});

describe('an origin that is to be pruned', () => {
  test('is asked for once, and not streamed from then on', () => {
    const { inbound, r, s } = start();
    inbound.prune(r);
    inbound.prune(r);
    assert.equal(inbound.takeRequests(), 'PRUNE R 1\n');
    assert.equal(inbound.takeRequests(), '');
    assert.deepEqual([inbound.streams(r), inbound.streams(s)], [false, true]);
  });

  test('is not streamed again before the neighbour has said that it has sent all of it', () => {
    const { inbound, r } = start();
    assert.equal(inbound.graft(r), false, 'it is not pruned');
    inbound.prune(r);
    inbound.takeRequests();
    assert.equal(inbound.graft(r), true);
    assert.equal(inbound.graft(r), false);
    assert.equal(inbound.takeRequests(), 'GRAFT R 1\n');
    assert.equal(inbound.streams(r), false);
    inbound.noteGrafted(r);
    assert.equal(inbound.streams(r), true);
    inbound.prune(r);
    assert.equal(inbound.takeRequests(), 'PRUNE R 1\n');
  });

  test('is not asked for again where the neighbour does not prune it', () => {
    const { inbound, r } = start();
    inbound.prune(r);
    inbound.takeRequests();
    inbound.noteGrafted(r);
    inbound.prune(r);
    assert.equal(inbound.takeRequests(), '');
    assert.equal(inbound.streams(r), true);
  });
});

describe('a checkpoint', () => {
  test('has what the neighbour has said, and what is pruned, as of then', () => {
    const { inbound, r, s } = start();
    inbound.vector.raise(r, 5);
    inbound.highest.raise(s, 7);
    inbound.prune(s);
    inbound.addCheckpoint();
    inbound.vector.raise(r, 6);
    inbound.noteGrafted(s);
    const [checkpoint] = inbound.checkpoints;
    assert.deepEqual([checkpoint?.vector.of(r), checkpoint?.highest.of(s)], [5, 7]);
    assert.deepEqual([...(checkpoint?.pruned ?? [])], [s]);
  });

  test('is kept with the last few', () => {
    const { inbound, r } = start();
    for (let sequence = 1; sequence <= 10; sequence++) {
      inbound.vector.raise(r, sequence);
      inbound.addCheckpoint();
    }
    const kept = inbound.checkpoints.map(({ vector }) => vector.of(r));
    assert.deepEqual(kept, [7, 8, 9, 10]);
    assert.equal(kept.length, MAX_CHECKPOINTS);
  });
});

describe('a pruned origin that the neighbour is ahead with', () => {
  /** How many checks it takes until it is grafted. */
  function checksUntilGrafted(inbound: Inbound, claimed: number, seen: number): number {
    for (let checks = 1; checks < 10_000; checks++) {
      inbound.graftMissing(() => ({ claimed, seen }));
      if (inbound.takeRequests().startsWith('GRAFT')) return checks;
    }
    return Infinity;
  }

  function pruned() {
    const { inbound, r } = start();
    inbound.prune(r);
    inbound.takeRequests();
    inbound.highest.raise(r, 5);
    return { inbound, r };
  }

  test('is grafted after three checks where it has not come', () => {
    assert.equal(checksUntilGrafted(pruned().inbound, 4, 4), 1 + 3);
  });

  test('is grafted after three checks where what came since has not come, also while more is to be claimed', () => {
    const { inbound, r } = pruned();
    inbound.graftMissing(() => ({ claimed: 4, seen: 6 }));
    inbound.highest.raise(r, 9);
    assert.equal(checksUntilGrafted(inbound, 4, 6), 1 + 3);
  });

  test('is given longer to be claimed where it has come, and longer each time it had to be grafted', () => {
    const { inbound, r } = pruned();
    assert.equal(checksUntilGrafted(inbound, 4, 5), 1 + 24);
    inbound.noteGrafted(r);
    assert.equal(untilEnough(inbound, r), 2 * ENOUGH);
    inbound.prune(r);
    inbound.takeRequests();
    assert.equal(checksUntilGrafted(inbound, 4, 5), 1 + 48);
  });

  test('is left alone where all of it is claimed, and where it is being grafted', () => {
    const { inbound, r } = pruned();
    assert.equal(checksUntilGrafted(inbound, 5, 5), Infinity);
    inbound.graft(r);
    inbound.takeRequests();
    assert.equal(checksUntilGrafted(inbound, 0, 0), Infinity);
  });
});
