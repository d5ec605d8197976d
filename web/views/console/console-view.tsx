import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

import { navigate, route, setOptions } from '../../route/router.ts';
import { herd } from '../../state/herd.ts';
import { CommandForm, isFormKind, type FormKind } from './command-form.tsx';
import { ExchangeList } from './exchange-list.tsx';
import { sendLine } from './exchanges.ts';
import { LineField } from './line-field.tsx';
import { ServerChoice } from './server-choice.tsx';
import './console-view.css';

const FORMS: readonly { readonly kind: FormKind | 'line'; readonly title: string }[] = [
  { kind: 'iamat', title: 'IAMAT' },
  { kind: 'whatsat', title: 'WHATSAT' },
  { kind: 'line', title: 'Any line' },
];

/** The text protocol by hand: what is sent to a server, and what it answers, byte by byte. */
export function ConsoleView(): JSX.Element {
  const [line, setLine] = useState('');
  const { server, gateway } = chosenServer();
  const { options } = route.value;
  const form = options['form'] ?? 'iamat';
  const send = (text: string): void => void sendLine(text, server, gateway);
  return (
    <div class="page console">
      <header class="console-head">
        <h1>Console</h1>
        <ServerChoice chosen={server} onChoose={(name) => navigate('console', name)} />
      </header>
      <section class="card console-composer" aria-label="Compose">
        <div class="console-forms" role="group" aria-label="Command">
          {FORMS.map(({ kind, title }) => (
            <button
              key={kind}
              type="button"
              class="button"
              aria-pressed={form === kind}
              onClick={() => setOptions({ form: kind === 'iamat' ? undefined : kind })}
            >
              {title}
            </button>
          ))}
        </div>
        {isFormKind(form) && (
          <CommandForm key={form} kind={form} client={options['client']} onCompose={setLine} />
        )}
        <LineField line={line} server={server} onChange={setLine} onSend={send} />
      </section>
      <ExchangeList />
    </div>
  );
}

/** The server of the URL, else the one that the page talks to; each with its gateway. */
function chosenServer(): { readonly server: string; readonly gateway: string } {
  const servers = herd.value?.servers ?? [];
  const named = servers.find(({ server }) => server === route.value.item) ?? servers[0];
  if (named === undefined) return { server: 'this server', gateway: location.origin };
  const known = named.lastHeardAt === null ? null : named.gateway;
  return { server: named.server, gateway: known ?? location.origin };
}
