import type { JSX } from 'preact';

import { coverage } from '../../state/live.ts';
import { COLOUR_MODES, cssColour, legendOf, type Colouring } from './colours.ts';
import { CountsNote } from './counts-note.tsx';
import { setColourMode } from './map-options.ts';
import './legend.css';

/** What the colours of the markers say, and the choice of what they are to say. */
export function Legend({ colouring }: { readonly colouring: Colouring }): JSX.Element {
  if (coverage.value.kind === 'counts') return <CountsNote />;
  const modes = COLOUR_MODES.filter((mode) => mode !== 'group' || colouring.groups.length > 0);
  return (
    <section class="legend" aria-label="Colours">
      <div class="legend-modes" role="group" aria-label="Colour by">
        {modes.map((mode) => (
          <button
            key={mode}
            type="button"
            class="legend-mode"
            aria-pressed={mode === colouring.mode}
            onClick={() => setColourMode(mode)}
          >
            {mode}
          </button>
        ))}
      </div>
      <ul class="legend-entries">
        {legendOf(colouring).map(({ label, colour }) => (
          <li key={label}>
            <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
              <circle cx="5" cy="5" r="5" fill={cssColour(colour)} />
            </svg>
            <bdi class="legend-label">{label}</bdi>
          </li>
        ))}
      </ul>
    </section>
  );
}
