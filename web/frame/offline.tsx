import type { JSX } from 'preact';

import { nowMs } from '../state/clock.ts';
import { formatDuration, formatTime } from '../state/format.ts';
import { hasSnapshot } from '../state/live.ts';
import { offlineSinceMs } from '../state/offline.ts';
import './offline.css';

/** Says how old what is shown is, where no server answers. */
export function Offline(): JSX.Element | null {
  const sinceMs = offlineSinceMs.value;
  if (sinceMs === undefined) return null;
  const ago = formatDuration((nowMs.value - sinceMs) / 1000);
  return (
    <p class="offline" title={formatTime(sinceMs)}>
      <strong>No server answers.</strong>{' '}
      {hasSnapshot.value ? `This is how it was ${ago} ago.` : `It has been tried for ${ago}.`} This
      page goes on by itself when one is back.
    </p>
  );
}
