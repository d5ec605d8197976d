import type { ComponentChildren, JSX } from 'preact';

interface TableFrameProps {
  /** What the table is of, for screen readers. */
  readonly label: string;
  readonly children: ComponentChildren;
}

/** A table that scrolls sideways where it does not fit, also by the keyboard. */
export function TableFrame({ label, children }: TableFrameProps): JSX.Element {
  return (
    <div class="table-frame" role="region" aria-label={label} tabIndex={0}>
      <table class="table">{children}</table>
    </div>
  );
}
