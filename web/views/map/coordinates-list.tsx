import type { JSX } from 'preact';
import type { Location } from 'proxy-herd/client';

import { showToast } from '../../state/toasts.ts';
import { coordinateForms } from './coordinates.ts';

/** Where something is, and how exactly that is known. */
type Place = Pick<Location, 'latitude' | 'longitude' | 'accuracyM'>;

/** A position in each form, to be copied with a click. */
export function Coordinates({ location }: { readonly location: Place }): JSX.Element {
  const { latitude, longitude, accuracyM } = location;
  const copy = async (text: string): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      showToast(`Copied ${text}`);
    } catch {
      showToast('The browser does not let this page copy. Select the text instead.', 'bad');
    }
  };
  return (
    <ul class="coordinates" aria-label="Position">
      {coordinateForms(latitude, longitude, accuracyM).map(({ name, text }) => (
        <li key={name}>
          <button
            type="button"
            class="coordinate"
            title={`Copy as ${name}`}
            onClick={() => void copy(text)}
          >
            <span class="selectable">{text}</span>
            <span class="quiet">{name}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
