import { useLayoutEffect, useRef } from 'preact/hooks';
import type { ComponentChildren, JSX, RefObject } from 'preact';

import { CloseIcon } from '../ui/icons.tsx';
import './panel.css';

interface PanelProps {
  readonly title: string;
  /** Whether there is so much in it that on a phone it takes most of the height. */
  readonly isTall?: boolean;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** What slides over a view and says more of one thing of it; on a phone it comes from below. */
export function Panel({ title, isTall = false, onClose, children }: PanelProps): JSX.Element {
  const panel = useRef<HTMLElement>(null);
  useClosing(panel, onClose);
  return (
    <aside class={isTall ? 'panel tall' : 'panel'} aria-label={title} ref={panel}>
      <header class="panel-head">
        <h2 title={title}>
          <bdi>{title}</bdi>
        </h2>
        <button type="button" class="button icon-only" aria-label="Close" onClick={onClose}>
          <CloseIcon />
        </button>
      </header>
      {/* It scrolls, so the keyboard has to reach it, also where nothing in it takes the focus. */}
      <div class="panel-body" tabIndex={0}>
        {children}
      </div>
    </aside>
  );
}

/** Closes the panel on Escape, wherever that is pressed; who was in it is then where they were before. */
function useClosing(panel: RefObject<HTMLElement | null>, onClose: () => void): void {
  const close = useRef(onClose);
  close.current = onClose;
  useLayoutEffect(() => {
    const before = document.activeElement;
    const onKeyDown = (event: KeyboardEvent): void => {
      const isOthers = event.defaultPrevented || document.querySelector('dialog[open]') !== null;
      if (event.key !== 'Escape' || isOthers) return;
      const wasInside = panel.current?.contains(document.activeElement) === true;
      close.current();
      if (wasInside && before instanceof HTMLElement) before.focus();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [panel]);
}
