import type { JSX } from 'preact';

import { faceOf, iconOf, nameOf } from '../state/cards.ts';
import { ClientIcon } from './client-icons.tsx';
import './avatar.css';

/** What a client looks like: its picture, its icon, or the first letter of its name. */
export function Avatar({ client }: { readonly client: string }): JSX.Element {
  const face = faceOf(client);
  const icon = iconOf(client);
  return (
    <span class="avatar" aria-hidden="true">
      {face !== undefined ? (
        <img src={face} alt="" width="28" height="28" />
      ) : icon !== undefined ? (
        <ClientIcon icon={icon} />
      ) : (
        initialOf(nameOf(client))
      )}
    </span>
  );
}

function initialOf(name: string): string {
  const [first = '·'] = new Intl.Segmenter().segment(name.trim());
  return typeof first === 'string' ? first : first.segment.toLocaleUpperCase();
}
