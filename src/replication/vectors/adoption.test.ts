import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { adopt, type Checkpoint } from './adoption.ts';
import { SequenceNumbers } from './sequence-numbers.ts';

/** The origins. */
const [R, S] = [0, 1];

function numbers(r: number, s: number): SequenceNumbers {
  const made = new SequenceNumbers();
  made.raise(R, r);
  made.raise(S, s);
  return made;
}

/** A checkpoint: what a neighbour has all of, and what it has seen of R and S. */
function checkpoint(
  vector: readonly [number, number],
  highest: readonly [number, number] = vector,
  ...pruned: number[]
): Checkpoint {
  return { vector: numbers(...vector), highest: numbers(...highest), pruned: new Set(pruned) };
}

/** What may be claimed of R and S. */
function adopted(own: readonly [number, number], ...neighbours: Checkpoint[][]): number[] {
  const claimed = adopt(numbers(...own), neighbours);
  return [claimed.of(R), claimed.of(S)];
}

describe('of what neighbours claim', () => {
  test('the highest of each origin is claimed', () => {
    assert.deepEqual(adopted([3, 3], [checkpoint([5, 1])], [checkpoint([4, 7])]), [5, 7]);
  });

  test('nothing is lost that was claimed before', () => {
    assert.deepEqual(adopted([9, 2], [checkpoint([5, 1])]), [9, 2]);
    assert.deepEqual(adopted([9, 2]), [9, 2]);
    assert.deepEqual(adopted([9, 2], []), [9, 2]);
  });

  test('what a neighbour has only seen is not claimed', () => {
    assert.deepEqual(adopted([0, 0], [checkpoint([5, 1], [9, 9])]), [5, 1]);
  });

  test('a pruned origin is not claimed, however much the neighbour has of it', () => {
    assert.deepEqual(adopted([0, 9], [checkpoint([5, 9], [5, 9], S)]), [5, 9]);
    assert.deepEqual(adopted([0, 3], [checkpoint([5, 3], [5, 3], S)]), [5, 3]);
  });
});

describe('the trap: R 5 was superseded by S 9, and S is pruned', () => {
  const trap = checkpoint([5, 9], [5, 9], S);

  test('nothing is claimed while S 9 is not accounted for', () => {
    assert.deepEqual(adopted([4, 8], [trap]), [4, 8]);
  });

  test('R is claimed together with what another neighbour has of S', () => {
    assert.deepEqual(adopted([4, 8], [trap], [checkpoint([0, 9])]), [5, 9]);
    assert.deepEqual(adopted([4, 8], [trap], [checkpoint([0, 8])]), [4, 8]);
  });

  test('what a neighbour has seen of S counts, not what it has all of', () => {
    const seen = checkpoint([5, 8], [5, 9], S);
    assert.deepEqual(adopted([4, 8], [seen]), [4, 8]);
  });

  test('an older checkpoint counts where the newest does not fit', () => {
    const older = checkpoint([4, 8], [4, 8], S);
    assert.deepEqual(adopted([1, 8], [older, trap]), [4, 8]);
    assert.deepEqual(adopted([1, 7], [older, trap]), [1, 7]);
  });

  test('what does not fit takes with it what rests on it', () => {
    // B prunes S and C prunes R: each accounts for the other's, unless it does not count itself.
    const b = checkpoint([5, 9], [5, 9], S);
    const c = checkpoint([5, 9], [5, 9], R);
    assert.deepEqual(adopted([4, 8], [b], [c]), [5, 9]);
    const ahead = checkpoint([5, 9], [6, 9], R);
    assert.deepEqual(adopted([4, 8], [b], [ahead]), [4, 8]);
  });
});
