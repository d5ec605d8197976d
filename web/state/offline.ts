import { computed } from '@preact/signals';

import { nowMs } from './clock.ts';
import { liveState } from './live.ts';

/** A stream that breaks for less than this is not worth a word, in milliseconds: it goes on at another server. */
const BREAK_SHOWN_MS = 1500;

/** Since when no server sends anything, in milliseconds since 1970; `undefined`: one does, or a moment ago did. */
export const offlineSinceMs = computed(() => {
  const state = liveState.value;
  if (state.kind !== 'reconnecting' || nowMs.value - state.sinceMs < BREAK_SHOWN_MS)
    return undefined;
  return state.sinceMs;
});
