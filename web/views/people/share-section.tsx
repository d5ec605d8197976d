import { useState } from 'preact/hooks';
import type { JSX } from 'preact';

import { formatRoute } from '../../route/route.ts';
import { access } from '../../state/access.ts';
import { groupsOf } from '../../state/groups.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { clientWord, shellWord } from './shell.ts';

/** For how long a link can be good. */
const LIVES = ['30m', '2h', '8h', '1d', '7d'] as const;
const TOKEN = /ph_[0-9a-f]{32}/i;

/** How to let somebody see a client who has no token. */
export function ShareSection({ client }: { readonly client: string }): JSX.Element {
  const [life, setLife] = useState<string>('2h');
  const [pasted, setPasted] = useState('');
  const [group, setGroup] = useState<string>();
  const item = group === undefined ? client : undefined;
  const link = `${location.origin}/${formatRoute({ view: 'map', item, options: {} })}`;
  if (access.value?.hasTokens !== true) {
    return (
      <>
        <p class="quiet">This herd asks for no token: whoever reaches this server sees it.</p>
        <CopyText text={link} label="the link" />
      </>
    );
  }
  const whom = group === undefined ? clientWord(client) : `--group ${shellWord(group)}`;
  const [token] = TOKEN.exec(pasted) ?? [];
  return (
    <>
      <GroupChoice client={client} group={group} onChoose={setGroup} />
      <label class="share-life">
        The link is good for
        <select
          class="field"
          value={life}
          onChange={({ currentTarget }) => setLife(currentTarget.value)}
        >
          {LIVES.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </label>
      <p class="quiet">Who operates the herd makes it, in a terminal:</p>
      <CopyText
        text={`npx proxy-herd token share ${whom} --expires ${life} --link`}
        label="the command"
      />
      <label class="share-token">
        Or make the link of a token
        <input
          class="field mono"
          type="password"
          autocomplete="off"
          placeholder="ph_…"
          value={pasted}
          onInput={({ currentTarget }) => setPasted(currentTarget.value)}
        />
      </label>
      {token !== undefined && <CopyText text={`${link}?token=${token}`} label="the link" />}
      {token !== undefined && (
        <p class="quiet">
          Whoever has the link can use its token: send that of a share link alone.
        </p>
      )}
    </>
  );
}

interface GroupChoiceProps {
  readonly client: string;
  readonly group: string | undefined;
  readonly onChoose: (group: string | undefined) => void;
}

/** Whom the link shows: the client alone, or a group that it is in. */
function GroupChoice({ client, group, onChoose }: GroupChoiceProps): JSX.Element | null {
  const names = groupsOf(client);
  if (names.length === 0) return null;
  return (
    <label class="share-life">
      It shows
      <select
        class="field"
        value={group ?? ''}
        onChange={({ currentTarget: { value } }) => onChoose(value === '' ? undefined : value)}
      >
        <option value="">this client alone</option>
        {names.map((name) => (
          <option key={name} value={name}>
            the group {name}
          </option>
        ))}
      </select>
    </label>
  );
}
