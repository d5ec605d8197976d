/** For the tests of links that were lost: there is none in this file. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { GRACE_MS, Herd } from './herd-bench.test.ts';
import { lineIn } from './played-end.test.ts';

const CHAIN = { A: ['B'], B: ['A', 'C'], C: ['B', 'D'], D: ['C'] };
const RING = { A: ['B', 'D'], B: ['A', 'C'], C: ['B', 'D'], D: ['C', 'A'] };
const LINES: readonly (readonly [string, string])[] = [
  ['A', 'B'],
  ['B', 'C'],
  ['C', 'D'],
];
/** So long that both ends have ended the link: what is lost of a stream ends it. */
const NOTICED_MS = 10_000;
/** So long that lost links are dialled again. */
const HEALED_MS = 20_000;

type Step =
  | { readonly kind: 'report' | 'remove'; readonly server: string; readonly client: string }
  | { readonly kind: 'cut'; readonly line: readonly [string, string] }
  | { readonly kind: 'heal' }
  | { readonly kind: 'pass'; readonly ms: number };

const anyChange = fc.record({
  kind: fc.constantFrom('report' as const, 'remove' as const),
  server: fc.constantFrom('A', 'B', 'C', 'D'),
  client: fc.constantFrom('kiwi', 'emu', 'rhea'),
});
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: anyChange },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('cut' as const), line: fc.constantFrom(...LINES) }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'heal' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      ms: fc.constantFrom(GRACE_MS / 4, GRACE_MS * 0.6, GRACE_MS * 1.2),
    }),
  },
);

/** What became of a client last, and whether it was removed while a line was cut over which it reported. */
interface Fate {
  last: 'report' | 'remove';
  seconds: number;
  /** In which spell without a cut, or with one cut, it reported and was removed. */
  readonly reported: Set<number>;
  readonly removed: Set<number>;
}

/** A run of steps, and what has to come of it. */
class Run {
  readonly #herd: Herd;
  readonly #fates = new Map<string, Fate>();
  #spell = 0;

  constructor(links: Readonly<Record<string, string[]>>) {
    this.#herd = new Herd(links);
  }

  step(step: Step): void {
    const herd = this.#herd;
    switch (step.kind) {
      case 'report':
      case 'remove':
        herd[step.kind](step.server, step.client);
        this.#note(step.kind, step.client);
        return herd.pass(1000); // no two changes have one time
      case 'cut':
        this.heal();
        herd.network.cut(...step.line);
        return herd.pass(NOTICED_MS);
      case 'heal':
        return this.heal();
      case 'pass':
        return herd.pass(step.ms);
    }
  }

  heal(): void {
    this.#herd.network.heal();
    this.#herd.pass(HEALED_MS);
    this.#check();
    this.#spell += 1;
  }

  /** All is as it has to be where no line is cut. */
  #check(): void {
    for (const [client, { last, seconds, reported, removed }] of this.#fates) {
      const lines = Object.values(this.#herd.servers).map(({ store }) => lineIn(store, client));
      assert.deepEqual(new Set(lines).size, 1, `they do not agree on ${client}: ${lines.join()}`);
      const [line] = lines;
      if (last === 'report') assert.equal(line?.split(' ').at(-1), `${seconds}`, client);
      // What was accepted on one side of a cut only may come back after a removal on the other side.
      const isExcused = [...removed].some((spell) => reported.has(spell));
      if (last === 'remove' && !isExcused) assert.equal(line, undefined, client);
    }
  }

  #note(kind: 'report' | 'remove', client: string): void {
    const fate = this.#fates.get(client) ?? {
      last: kind,
      seconds: 0,
      reported: new Set(),
      removed: new Set(),
    };
    this.#fates.set(client, fate);
    fate.last = kind;
    fate.seconds = this.#herd.network.now.seconds;
    (kind === 'report' ? fate.reported : fate.removed).add(this.#spell);
  }
}

/** Defines the tests that servers agree in the end, in so many runs that follow from the seed. */
export function testRuns(numRuns: number, seed: number): void {
  for (const [what, links] of Object.entries({ CHAIN, RING })) {
    test(`whatever is reported and removed while lines are cut, for however long, all agree: ${what}`, () => {
      fc.assert(
        fc.property(fc.array(anyStep, { maxLength: 20, size: 'max' }), (steps) => {
          const run = new Run(links);
          for (const step of steps) run.step(step);
          run.heal();
        }),
        { numRuns, seed },
      );
    });
  }
}
