import type { JSX } from 'preact';

import { dismissToast, toasts } from '../state/toasts.ts';
import { CloseIcon } from '../ui/icons.tsx';
import './toasts.css';

const DOTS = { good: 'dot good', bad: 'dot bad', plain: 'dot' } as const;

/** What has just happened. */
export function Toasts(): JSX.Element {
  return (
    <ol class="toasts" aria-live="polite" aria-label="News">
      {toasts.value.map(({ id, kind, text }) => (
        <li key={id} class="toast">
          <span class={DOTS[kind]} />
          <span>{text}</span>
          <button
            type="button"
            class="button icon-only"
            aria-label="Dismiss"
            onClick={() => dismissToast(id)}
          >
            <CloseIcon />
          </button>
        </li>
      ))}
    </ol>
  );
}
