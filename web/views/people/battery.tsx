import type { JSX } from 'preact';

import { isBatteryLow } from '../map/colours.ts';
import './battery.css';

interface BatteryProps {
  readonly percent: number | undefined;
  readonly isCharging: boolean;
}

/** How full a battery is, as a shape and in words. */
export function Battery({ percent, isCharging }: BatteryProps): JSX.Element | null {
  if (percent === undefined) return null;
  const isLow = isBatteryLow(percent) && !isCharging;
  return (
    <span class={isLow ? 'battery low' : 'battery'}>
      <svg width="20" height="10" viewBox="0 0 20 10" aria-hidden="true">
        <rect class="battery-case" x="0.5" y="0.5" width="16" height="9" rx="2" />
        <rect class="battery-tip" x="17.5" y="3" width="2" height="4" rx="1" />
        <rect class="battery-level" x="2" y="2" width={(13 * percent) / 100} height="6" rx="1" />
      </svg>
      {Math.round(percent)}%{isLow && ' low'}
      {isCharging && ' charging'}
    </span>
  );
}
