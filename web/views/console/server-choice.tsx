import type { JSX } from 'preact';

import { herd } from '../../state/herd.ts';

interface ServerChoiceProps {
  readonly chosen: string;
  readonly onChoose: (server: string) => void;
}

/** Which server is spoken to: of those that have a gateway, through which it is. */
export function ServerChoice({ chosen, onChoose }: ServerChoiceProps): JSX.Element | null {
  const servers = (herd.value?.servers ?? [])
    .filter((each) => each.lastHeardAt !== null && each.gateway !== null)
    .sort((a, b) => (a.server < b.server ? -1 : 1));
  if (servers.length === 0) return null;
  return (
    <div class="console-servers" role="group" aria-label="Server">
      {servers.map(({ server, state }) => (
        <button
          key={server}
          type="button"
          class="button"
          aria-pressed={server === chosen}
          onClick={() => onChoose(server)}
        >
          <span class={state === 'reachable' ? 'dot good' : 'dot'} />
          {server}
          {state !== 'reachable' && <span class="hidden-visually"> cannot be reached</span>}
        </button>
      ))}
    </div>
  );
}
