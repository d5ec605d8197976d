import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { endEpoch, NEW_FEED, resumeNumber, type FeedHistory } from './feed-history.ts';

fc.configureGlobal({ seed: 19, numRuns: 500 });

const MAX_PAST_EPOCHS = 64;

/** The history after lives `e1`, `e2` … that were kept up to these numbers. */
function livesUpTo(...heads: number[]): FeedHistory {
  return heads.reduce(
    (history, head, index) => endEpoch(history.past, `e${index + 1}`, head),
    NEW_FEED,
  );
}

describe('a neighbour reads on', () => {
  const history = livesUpTo(100, 100, 250);
  const cases: [who: string, epoch: string, number: number, after: number][] = [
    ['where it was, in the present life', 'now', 260, 260],
    ['at the end, where it has read all', 'now', 300, 300],
    ['from the start, where its number is beyond the present end', 'now', 301, 0],
    ['where it was in the last life', 'e3', 240, 240],
    ['after the last change that was kept, where it had read more', 'e3', 280, 250],
    ['where it was several lives ago', 'e1', 70, 70],
    ['after what was kept then, whatever was kept later', 'e1', 140, 100],
    ['after what a life that changed nothing had taken over', 'e2', 120, 100],
    ['from the start, where the life is not known', 'e4', 70, 0],
  ];
  for (const [who, epoch, number, after] of cases) {
    test(who, () => assert.equal(resumeNumber({ epoch, number }, 'now', 300, history), after));
  }

  test('from the start, where it never was here', () => {
    assert.equal(resumeNumber(undefined, 'now', 300, history), 0);
  });

  test('from the start of a feed without a history, where it knew an earlier one', () => {
    assert.equal(resumeNumber({ epoch: 'e1', number: 5 }, 'now', 300, NEW_FEED), 0);
  });
});

test('a history goes on from the last change that was kept', () => {
  assert.equal(NEW_FEED.head, 0);
  assert.equal(livesUpTo(100, 250).head, 250);
});

test('only so many lives are remembered, the latest', () => {
  const heads = Array.from({ length: MAX_PAST_EPOCHS + 2 }, (_, index) => index * 10);
  const history = livesUpTo(...heads);
  assert.equal(history.past.length, MAX_PAST_EPOCHS);
  const after = (epoch: string): number =>
    resumeNumber({ epoch, number: 15 }, 'now', 1000, history);
  assert.equal(after('e2'), 0);
  assert.equal(after('e3'), 15);
});

/** One life: changes, of which the journal kept some, and a neighbour that read some. */
interface Life {
  readonly changes: number;
  readonly lost: number;
  readonly read: number;
}

const anyLife: fc.Arbitrary<Life> = fc
  .tuple(fc.nat(20), fc.nat(20), fc.nat(20))
  .map(([changes, lost, read]) => ({
    changes,
    lost: Math.min(lost, changes),
    read: Math.min(read, changes),
  }));

test('after any lives, a neighbour that comes back gets each change that it has not read', () => {
  const lives = fc.array(anyLife, { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(lives, fc.nat(9), (all, last) => {
      let history = NEW_FEED;
      /** What stands under each number now; the index is the number. */
      let feed = [''];
      /** What the neighbour has read, up to the last life in which it was there. */
      let position = { epoch: '', number: 0 };
      let read = new Set<string>();
      for (const [index, { changes, lost, read: reads }] of all.entries()) {
        const start = feed.length;
        for (let n = 0; n < changes; n++) feed.push(`change ${n} of life ${index}`);
        if (index === last % all.length) {
          position = { epoch: `e${index}`, number: start - 1 + reads };
          read = new Set(feed.slice(0, position.number + 1));
        }
        feed = feed.slice(0, feed.length - lost);
        history = endEpoch(history.past, `e${index}`, feed.length - 1);
      }
      const after = resumeNumber(position, 'now', feed.length - 1, history);
      assert.ok(feed.slice(0, after + 1).every((change) => read.has(change)));
      // And nothing twice, but for what was lost here.
      const next = feed[after + 1];
      assert.ok(next === undefined || !read.has(next));
    }),
  );
});
