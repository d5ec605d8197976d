import type { JSX } from 'preact';

import { motionOf } from '../../state/motion.ts';
import { isStale } from '../map/colours.ts';
import type { Person } from './person.ts';

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
  { location: { speedMps }, fixMs, seenMs }: Person,
  nowMs: number,
): { readonly kind: 'good' | 'warn'; readonly word: string } {
  const isSilent = isStale((nowMs - seenMs) / 1000);
  if (isSilent) return { kind: 'warn', word: 'stale' };
  if (isStale((nowMs - fixMs) / 1000)) return { kind: 'warn', word: 'no fix' };
  return { kind: 'good', word: motionOf(speedMps) };
}
