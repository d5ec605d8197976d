import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

import { formatNumberOf } from '../../state/format.ts';
import { sentLines } from './exchanges.ts';

interface LineFieldProps {
  readonly line: string;
  readonly server: string;
  readonly onChange: (line: string) => void;
  readonly onSend: (line: string) => void;
}

/** The line that is sent as it stands. The arrow keys bring back what was sent before. */
export function LineField({ line, server, onChange, onSend }: LineFieldProps): JSX.Element {
  /** How far back, and what stood there before. */
  const [back, setBack] = useState({ steps: 0, own: '' });
  const lines = sentLines.value;
  const go = (steps: number): void => {
    if (steps < 0 || steps > lines.length) return;
    const own = back.steps === 0 ? line : back.own;
    setBack({ steps, own });
    onChange(steps === 0 ? own : (lines.at(-steps) ?? ''));
  };
  return (
    <form
      class="console-line"
      onSubmit={(event) => {
        event.preventDefault();
        setBack({ steps: 0, own: '' });
        onSend(line);
      }}
    >
      <label class="console-line-label">
        <span class="quiet">
          Line for {server}, {formatNumberOf(new TextEncoder().encode(line).length + 1, 'byte')}{' '}
          with its line end
        </span>
        <input
          class="field mono"
          value={line}
          maxLength={4096}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          placeholder="IAMAT client position time"
          onInput={(event) => onChange(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
            event.preventDefault();
            go(back.steps + (event.key === 'ArrowUp' ? 1 : -1));
          }}
        />
      </label>
      <button type="submit" class="button primary">
        Send
      </button>
    </form>
  );
}
