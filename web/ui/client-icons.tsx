import type { JSX } from 'preact';

import type { CardIcon } from '../state/card-icons.ts';

/** The strokes of each icon that a client can have, in 20 by 20. */
export const ICON_PATHS: Readonly<Record<CardIcon, string>> = {
  person:
    'M10 10a3.25 3.25 0 1 0 0-6.5 3.25 3.25 0 0 0 0 6.5M3.5 17c.4-3 3-4.75 6.5-4.75S16.1 14 16.5 17',
  car: 'M3 13.5v-3l1.7-4.5a1.5 1.5 0 0 1 1.4-1h7.8a1.5 1.5 0 0 1 1.4 1L17 10.5v3zM3 10.5h14M5 13.5v2M15 13.5v2M5.5 12h.5M14 12h.5',
  bike: 'M5 15.5a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5M15 15.5a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5M5 12.75 8 7h5l2 5.75M8 7l2.5 5.75L13 7M7 5h2M12 4.5h1.5L13 7',
  bus: 'M4 4.5A1.5 1.5 0 0 1 5.5 3h9A1.5 1.5 0 0 1 16 4.5v10H4zM4 10.5h12M10 3v7.5M6 14.5V17M14 14.5V17M6.5 12.5h.5M13 12.5h.5',
  boat: 'M2.5 12.5h15l-2 4.5h-11zM9 12.5V3L4.5 10H9M11.5 10.5V6l3.5 4.5z',
  truck:
    'M2.5 5h9v8.5h-9zM11.5 8h3l3 3v2.5h-6M5.5 16a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3M14 16a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3',
  pet: 'M10 10c-2.7 0-5 2.5-5 4.6 0 1.3 1 2.1 2.2 2.1 1 0 1.7-.5 2.8-.5s1.8.5 2.8.5c1.2 0 2.2-.8 2.2-2.1 0-2.1-2.3-4.6-5-4.6M3.8 10.3a1.2 1.2 0 1 0 0-2.4 1.2 1.2 0 0 0 0 2.4M7.6 6.5a1.3 1.3 0 1 0 0-2.6 1.3 1.3 0 0 0 0 2.6M12.4 6.5a1.3 1.3 0 1 0 0-2.6 1.3 1.3 0 0 0 0 2.6M16.2 10.3a1.2 1.2 0 1 0 0-2.4 1.2 1.2 0 0 0 0 2.4',
  phone:
    'M6 4a1.5 1.5 0 0 1 1.5-1.5h5A1.5 1.5 0 0 1 14 4v12a1.5 1.5 0 0 1-1.5 1.5h-5A1.5 1.5 0 0 1 6 16zM9.25 15h1.5',
};

/** What a client is. */
export function ClientIcon({ icon }: { readonly icon: CardIcon }): JSX.Element {
  return (
    <svg
      width="20"
      height="20"
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={ICON_PATHS[icon]} />
    </svg>
  );
}
