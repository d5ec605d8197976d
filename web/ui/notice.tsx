import type { ComponentChildren, JSX } from 'preact';

import './notice.css';

interface NoticeProps {
  readonly title: string;
  readonly kind?: 'plain' | 'bad';
  /** What it means and what to do. */
  readonly children?: ComponentChildren;
}

/** A state of a view in words: nothing there, nothing found, or what failed, what it means and what to do. */
export function Notice({ title, kind = 'plain', children }: NoticeProps): JSX.Element {
  return (
    <div class={`notice ${kind}`} role={kind === 'bad' ? 'alert' : undefined}>
      <h2>{title}</h2>
      {children}
    </div>
  );
}
