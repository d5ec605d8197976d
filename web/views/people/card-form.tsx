import { useLayoutEffect, useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { HerdError } from 'proxy-herd/client';

import { CARD_ICONS, type CardIcon } from '../../state/card-icons.ts';
import { cards, faceOf, faceUrl, iconOf, putCard, readCard } from '../../state/cards.ts';
import { ClientIcon } from '../../ui/client-icons.tsx';
import { FaceChoice } from './face-choice.tsx';
import './card-form.css';

/** The longest name, in characters. */
const MAX_NAME = 64;

/** What a client is called, what it is and its picture, to be changed. */
export function CardForm({ client }: { readonly client: string }): JSX.Element {
  const card = cards.value.get(client);
  const [name, setName] = useState(card?.name ?? '');
  const [icon, setIcon] = useState(iconOf(client));
  /** The picture that was chosen instead of the one that is there: none, where it has no `face`. */
  const [chosen, setChosen] = useState<{ readonly face: string | undefined }>();
  const [state, setState] = useState<'idle' | 'saving' | 'saved' | { readonly failed: string }>(
    'idle',
  );
  const hasChanged =
    name.trim() !== (card?.name ?? '') || icon !== iconOf(client) || chosen !== undefined;
  // At once: later it would be in the place of what was typed meanwhile.
  useLayoutEffect(() => {
    setName(card?.name ?? '');
    setIcon(iconOf(client));
    setChosen(undefined);
  }, [client, card?.name, card?.icon, card?.faceTag]);
  const save = async (): Promise<void> => {
    setState('saving');
    try {
      const { face } = chosen ?? (await readCard(client));
      const trimmed = name.trim();
      await putCard(client, { name: trimmed === '' ? undefined : trimmed, icon, face });
      setState('saved');
    } catch (error) {
      setState({ failed: error instanceof HerdError ? error.message : String(error) });
    }
  };
  return (
    <form
      class="card-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <label for="card-name">Name</label>
      <input
        id="card-name"
        class="field"
        value={name}
        maxLength={MAX_NAME}
        placeholder={client}
        autocomplete="off"
        onInput={({ currentTarget }) => setName(currentTarget.value)}
      />
      <IconChoice icon={icon} onChoose={setIcon} />
      <FaceChoice
        url={chosen === undefined ? faceOf(client) : chosen.face && faceUrl(chosen.face)}
        onChoose={(face) => setChosen({ face })}
      />
      {(hasChanged || state === 'saving') && (
        <button type="submit" class="button primary" disabled={state === 'saving'}>
          Save
        </button>
      )}
      <p role="status" class={typeof state === 'object' ? 'card-failed' : 'quiet'}>
        {state === 'saved' && !hasChanged && 'Saved for the whole herd.'}
        {typeof state === 'object' && `Not saved: ${state.failed}`}
      </p>
    </form>
  );
}

interface IconChoiceProps {
  readonly icon: CardIcon | undefined;
  readonly onChoose: (icon: CardIcon | undefined) => void;
}

function IconChoice({ icon, onChoose }: IconChoiceProps): JSX.Element {
  return (
    <div class="icon-choice" role="group" aria-label="Icon">
      {CARD_ICONS.map((each) => (
        <button
          key={each}
          type="button"
          class="button icon-only"
          title={each}
          aria-label={each}
          aria-pressed={each === icon}
          onClick={() => onChoose(each === icon ? undefined : each)}
        >
          <ClientIcon icon={each} />
        </button>
      ))}
    </div>
  );
}
