import type { JSX } from 'preact';

import { nowMs } from '../state/clock.ts';
import { demoState, isDemoChanging, startDemo, stopDemo } from '../state/demo.ts';
import { formatDuration } from '../state/format.ts';
import './demo-badge.css';

/** Says that what is shown is made up, as long as it is. */
export function DemoBadge(): JSX.Element | null {
  const demo = demoState.value;
  if (demo.state === 'unavailable') return null;
  const isRunning = demo.state === 'running';
  if (!isRunning && !demo.isDemoHerd) return null;
  const endsAt = isRunning ? demo.endsAt : undefined;
  const left =
    endsAt === undefined ? '' : ` for ${formatDuration((Date.parse(endsAt) - nowMs.value) / 1000)}`;
  return (
    <div class="demo-badge" role="note" aria-label="Demo">
      <strong>Demo</strong>
      <span class="demo-badge-words">{isRunning ? `made-up clients${left}` : 'it is stopped'}</span>
      <button
        type="button"
        class="demo-badge-action"
        disabled={isDemoChanging.value}
        aria-label={isRunning ? 'Stop the demo' : 'Start the demo'}
        onClick={() => void (isRunning ? stopDemo() : startDemo())}
      >
        {isRunning ? 'Stop' : 'Start'}
      </button>
    </div>
  );
}
