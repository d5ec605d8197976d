import { useState } from 'preact/hooks';
import type { JSX } from 'preact';

import './copy-text.css';

interface CopyTextProps {
  readonly text: string;
  /** What it is, for screen readers. */
  readonly label: string;
}

/** How long it is said that a text was copied, in milliseconds. */
const SAID_MS = 2000;

/** A text to be copied: a command, a link. */
export function CopyText({ text, label }: CopyTextProps): JSX.Element {
  const [said, setSaid] = useState('');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied');
    } catch {
      setSaid('Select it to copy'); // browsers let pages copy on https and on loopback alone
    }
    setTimeout(() => setSaid(''), SAID_MS);
  };
  return (
    <div class="copy-text">
      <code class="mono selectable" aria-label={label}>
        {text}
      </code>
      <button type="button" class="button" aria-label={`Copy ${label}`} onClick={() => void copy()}>
        {said === '' ? 'Copy' : said}
      </button>
    </div>
  );
}
