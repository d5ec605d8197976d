import { useState } from 'preact/hooks';
import type { JSX } from 'preact';
import { HerdError } from 'proxy-herd/client';

import { Panel } from '../../../frame/panel.tsx';
import { setOptions } from '../../../route/router.ts';
import { mayReport } from '../../../state/access.ts';
import { putCard, readCard } from '../../../state/cards.ts';
import { showToast } from '../../../state/toasts.ts';
import { AddPhoneForm, type PhoneForm } from './add-phone-form.tsx';
import { askSetUp, type SetUp } from './set-up.ts';
import { SetUpSteps } from './set-up-steps.tsx';
import './add-phone.css';

/** Brings a phone onto the map: whose it is and which app, how to set it up, and whether it has been heard. */
export function AddPhonePanel(): JSX.Element {
  const [setUp, setSetUp] = useState<SetUp>();
  const [failed, setFailed] = useState<string>();
  const start = async ({ name, client, app, token }: PhoneForm): Promise<void> => {
    try {
      const made = await askSetUp(token === undefined ? { app, client } : { app, token });
      setFailed(undefined);
      setSetUp(made);
      await nameClient(made.client, name);
    } catch (error) {
      setFailed(error instanceof HerdError ? error.message : String(error));
    }
  };
  return (
    <Panel title="Add a phone" isTall onClose={() => setOptions({ add: undefined })}>
      {setUp === undefined ? (
        <AddPhoneForm failed={failed} onDone={start} />
      ) : (
        <SetUpSteps setUp={setUp} onBack={() => setSetUp(undefined)} />
      )}
    </Panel>
  );
}

/** Gives a client its name, where it has none and the user may. */
async function nameClient(client: string, name: string): Promise<void> {
  if (name === '' || name === client || !mayReport(client)) return;
  try {
    const card = await readCard(client);
    if (card.name === undefined) await putCard(client, { ...card, name });
  } catch (error) {
    showToast(`The name was not saved: ${String(error)}`, 'bad');
  }
}
