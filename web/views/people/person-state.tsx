import type { JSX } from 'preact';

import { motionOf } from '../../state/motion.ts';
import { isStale } from '../map/colours.ts';
import type { Person } from './person.ts';

/** A fix older than this says no more how somebody moves, in milliseconds. */
const FRESH_MS = 300_000;

/** Whether a client's speed is of now. */
export function isFresh({ fixMs }: Person, nowMs: number): boolean {
  return nowMs - fixMs <= FRESH_MS;
}

/** How it is with a client, as a dot and in a word. */
export function PersonState(props: {
  readonly person: Person;
  readonly nowMs: number;
}): JSX.Element {
  const { kind, word } = stateOf(props.person, props.nowMs);
  return (
    <span class="person-state">
      <span class={`dot ${kind}`} />
      {word}
    </span>
  );
}

function stateOf(
  person: Person,
  nowMs: number,
): { readonly kind: 'good' | 'warn'; readonly word: string } {
  const { location, fixMs, seenMs } = person;
  if (isStale((nowMs - seenMs) / 1000)) return { kind: 'warn', word: 'stale' };
  if (isStale((nowMs - fixMs) / 1000)) return { kind: 'warn', word: 'no fix' };
  return { kind: 'good', word: motionOf(isFresh(person, nowMs) ? location.speedMps : undefined) };
}
