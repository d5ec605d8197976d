import { useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { HerdError } from 'proxy-herd/client';

import { navigate, route } from '../../route/router.ts';
import { connection } from '../../state/connection.ts';
import { isolated } from '../../state/shown-text.ts';
import { showToast } from '../../state/toasts.ts';

interface RemoveSectionProps {
  readonly client: string;
  readonly name: string;
}

/** Removes a client from the herd, once that was asked for twice. */
export function RemoveSection({ client, name }: RemoveSectionProps): JSX.Element {
  const [isAsked, setAsked] = useState(false);
  const [failed, setFailed] = useState<string>();
  const remove = async (): Promise<void> => {
    try {
      await connection.value.remove(client);
      showToast(`${isolated(name)} is removed`, 'good');
      const { view, item } = route.value; // the user may have gone elsewhere meanwhile
      if (view === 'people' && item === client) navigate('people');
    } catch (error) {
      setFailed(error instanceof HerdError ? error.message : String(error));
    }
  };
  if (!isAsked) {
    return (
      <button type="button" class="button" onClick={() => setAsked(true)}>
        Remove …
      </button>
    );
  }
  return (
    <div class="remove-question" role="group" aria-label="Remove this client">
      <p>
        Remove <bdi class="one-line">{name}</bdi> from all servers, with its name, icon and picture?
        It comes back when it reports again.
      </p>
      {failed !== undefined && <p role="alert">Not removed: {failed}</p>}
      <div class="remove-buttons">
        <button type="button" class="button danger" onClick={() => void remove()}>
          Remove
        </button>
        <button type="button" class="button" onClick={() => setAsked(false)}>
          Keep
        </button>
      </div>
    </div>
  );
}
