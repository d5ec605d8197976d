import { useState } from 'preact/hooks';
import type { JSX } from 'preact';

import { access } from '../../../state/access.ts';
import { groups } from '../../../state/groups.ts';
import { CopyText } from '../../../ui/copy-text.tsx';
import { clientWord, shellWord, tokenName } from '../shell.ts';
import { APP_OF_MANY, idOf, PHONE_APPS } from './apps.ts';

const TOKEN = /^ph_[0-9a-f]{32}$/i;

/** What was entered of a phone to be added. */
export interface PhoneForm {
  readonly name: string;
  readonly client: string;
  readonly app: string;
  /** `undefined` where the herd has no tokens. */
  readonly token: string | undefined;
}

interface AddPhoneFormProps {
  readonly failed: string | undefined;
  readonly onDone: (form: PhoneForm) => Promise<void>;
}

/** Asks whose phone it is, which app it has, and for its token where the herd has tokens. */
export function AddPhoneForm({ failed, onDone }: AddPhoneFormProps): JSX.Element {
  const [name, setName] = useState('');
  const [ownId, setOwnId] = useState<string>();
  const [app, setApp] = useState('owntracks');
  const [token, setToken] = useState('');
  const hasTokens = access.value?.hasTokens === true;
  const client = ownId ?? idOf(name);
  const isOfMany = app === APP_OF_MANY;
  return (
    <form
      class="add-phone"
      onSubmit={(event) => {
        event.preventDefault();
        const shown = hasTokens ? token.trim() : undefined;
        void onDone({ name: name.trim(), client, app, token: shown });
      }}
    >
      {!isOfMany && (
        <>
          <label for="phone-name">Whose phone is it?</label>
          <input
            id="phone-name"
            class="field"
            value={name}
            maxLength={64}
            placeholder="Anna"
            autocomplete="off"
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
          <label for="phone-id">Its ID in the herd</label>
          <input
            id="phone-id"
            class="field mono"
            value={client}
            placeholder="anna"
            autocomplete="off"
            spellcheck={false}
            required
            pattern="\S+"
            title="no white space"
            onInput={({ currentTarget }) => setOwnId(currentTarget.value)}
          />
        </>
      )}
      <AppChoice app={app} onChoose={setApp} />
      {hasTokens && (
        <TokenField
          client={isOfMany ? 'truck-*' : client}
          isOfMany={isOfMany}
          token={token}
          onInput={setToken}
        />
      )}
      {failed !== undefined && (
        <p class="add-phone-failed" role="alert">
          {failed}
        </p>
      )}
      <button type="submit" class="button primary">
        Show how to set it up
      </button>
    </form>
  );
}

interface AppChoiceProps {
  readonly app: string;
  readonly onChoose: (app: string) => void;
}

function AppChoice({ app, onChoose }: AppChoiceProps): JSX.Element {
  return (
    <fieldset class="app-choice">
      <legend>Which app?</legend>
      {PHONE_APPS.map(({ id, name, runsOn, about }) => (
        <label key={id} class="app-option">
          <input
            type="radio"
            name="app"
            value={id}
            checked={id === app}
            onChange={() => onChoose(id)}
          />
          <span>
            <strong>{name}</strong> <span class="quiet">{runsOn}</span>
            <span class="app-about">{about}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface TokenFieldProps {
  readonly client: string;
  readonly isOfMany: boolean;
  readonly token: string;
  readonly onInput: (token: string) => void;
}

function TokenField({ client, isOfMany, token, onInput }: TokenFieldProps): JSX.Element {
  const word = isOfMany ? shellWord(client) : clientWord(client === '' ? 'anna' : client);
  const [group] = groups.value;
  const sees = group === undefined || isOfMany ? '' : ` --group ${shellWord(group.name)}`;
  const name = shellWord(tokenName(client, isOfMany ? 'trackers' : 'phone'));
  return (
    <>
      <p>No server makes tokens: make one in a terminal where the herd runs, and paste it here.</p>
      <CopyText
        text={`npx proxy-herd token create --client ${word}${sees} --name ${name}`}
        label="the command"
      />
      <label for="phone-token">Its token</label>
      <input
        id="phone-token"
        class="field mono"
        type="password"
        placeholder="ph_…"
        autocomplete="off"
        value={token}
        required
        pattern={` *${TOKEN.source.slice(1, -1)} *`}
        title="ph_ and 32 digits, as the command prints it"
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
      />
    </>
  );
}
