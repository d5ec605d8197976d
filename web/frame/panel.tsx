import type { ComponentChildren, JSX } from 'preact';

import { CloseIcon } from '../ui/icons.tsx';
import './panel.css';

interface PanelProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** What slides over a view and says more of one thing of it; on a phone it comes from below. */
export function Panel({ title, onClose, children }: PanelProps): JSX.Element {
  return (
    <aside
      class="panel"
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <header class="panel-head">
        <h2 title={title}>
          <bdi>{title}</bdi>
        </h2>
        <button type="button" class="button icon-only" aria-label="Close" onClick={onClose}>
          <CloseIcon />
        </button>
      </header>
      <div class="panel-body">{children}</div>
    </aside>
  );
}
