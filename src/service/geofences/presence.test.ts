import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import type { Relation } from './fence-area.ts';
import { INSIDE, nextPresence, type Presence } from './presence.ts';

fc.configureGlobal({ seed: 13, numRuns: 1000 });

interface Fix {
  readonly relation: Relation;
  readonly timeS: number;
}

/** What fixes make of a client: the number of the fix of each `enter` and `leave`. */
function transitionsOf(fixes: readonly Fix[], dwellS: number): readonly string[] {
  const transitions: string[] = [];
  let presence: Presence | undefined;
  for (const [number, { relation, timeS }] of fixes.entries()) {
    const next = nextPresence(presence, relation, timeS, dwellS);
    if (next === INSIDE && presence !== INSIDE) transitions.push(`enter ${number}`);
    if (next !== INSIDE && presence === INSIDE) transitions.push(`leave ${number}`);
    presence = next;
  }
  return transitions;
}

const fixesOf = (text: string): readonly Fix[] =>
  text.split('').map((letter, index) => ({
    relation: letter === 'i' ? 'inside' : letter === 'o' ? 'outside' : 'unclear',
    timeS: 1000 + 10 * index,
  }));

test('without a dwell the first fix inside enters, the first outside leaves, and unclear ones change nothing', () => {
  assert.deepEqual(transitionsOf(fixesOf('ooii?iooi'), 0), ['enter 2', 'leave 6', 'enter 8']);
  assert.deepEqual(transitionsOf(fixesOf('??o??'), 0), []);
  assert.deepEqual(transitionsOf(fixesOf('i????o????i'), 0), ['enter 0', 'leave 5', 'enter 10']);
});

test('a dwell is shown by the fix that is so much later, and ends with one outside', () => {
  assert.deepEqual(transitionsOf(fixesOf('iii'), 20), ['enter 2']);
  assert.deepEqual(transitionsOf(fixesOf('iii'), 20.5), []);
  assert.deepEqual(transitionsOf(fixesOf('i??i'), 20), ['enter 3']);
  assert.deepEqual(transitionsOf(fixesOf('i???'), 20), []);
  assert.deepEqual(transitionsOf(fixesOf('iioiio'), 20), []);
  assert.deepEqual(transitionsOf(fixesOf('iiioi'), 20), ['enter 2', 'leave 3']);
});

const anyFixes = fc
  .array(
    fc.record({
      relation: fc.constantFrom<Relation>('inside', 'outside', 'unclear'),
      stepS: fc.integer({ min: 0, max: 30 }),
    }),
    { maxLength: 50 },
  )
  .map((steps) => {
    let timeS = 0;
    return steps.map(({ relation, stepS }) => ({ relation, timeS: (timeS += stepS) }));
  });

test('clients enter and leave in turn, and only by clear fixes', () => {
  fc.assert(
    fc.property(anyFixes, fc.integer({ min: 0, max: 60 }), (fixes, dwellS) => {
      const transitions = transitionsOf(fixes, dwellS);
      for (const [index, transition] of transitions.entries()) {
        const [kind, number] = transition.split(' ');
        assert.equal(kind, index % 2 === 0 ? 'enter' : 'leave');
        const relation = fixes[Number(number)]?.relation;
        assert.equal(relation, kind === 'enter' ? 'inside' : 'outside');
      }
    }),
  );
});

test('whoever enters has been inside for the dwell, with nothing outside between', () => {
  fc.assert(
    fc.property(anyFixes, fc.integer({ min: 0, max: 60 }), (fixes, dwellS) => {
      const entered = new Map(
        transitionsOf(fixes, dwellS).map((transition) => [
          Number(transition.split(' ')[1]),
          transition,
        ]),
      );
      let isIn = false;
      let sinceS: number | undefined;
      for (const [number, { relation, timeS }] of fixes.entries()) {
        if (relation === 'outside') [isIn, sinceS] = [false, undefined];
        if (relation === 'inside') sinceS ??= timeS;
        const isDue: boolean =
          !isIn && relation === 'inside' && timeS - (sinceS ?? timeS) >= dwellS;
        if (isDue) isIn = true;
        assert.equal(entered.get(number)?.startsWith('enter') === true, isDue, String(number));
      }
    }),
  );
});
