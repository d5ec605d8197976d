import type { JSX } from 'preact';

import './legend.css';
import './counts-note.css';

/** Says what discs with numbers are, where the page does not have the clients one by one. */
export function CountsNote(): JSX.Element {
  return (
    <p class="legend counts-note" role="status">
      Counted by the herd. Zoom in to see each client.
    </p>
  );
}
