import { useState } from 'preact/hooks';
import type { JSX } from 'preact';

import { isShared, signIn, signOut, token } from '../state/session.ts';
import './sign-in.css';

/** Asks for the user's token, where the herd does. */
export function SignIn(): JSX.Element {
  const [entered, setEntered] = useState('');
  const wasRefused = token.value !== undefined;
  if (isShared.value) return <LinkIsOver />;
  return (
    <main class="sign-in">
      <form
        class="card sign-in-form"
        onSubmit={(event) => {
          event.preventDefault();
          signIn(entered.trim());
        }}
      >
        <h1>Sign in to the herd</h1>
        <label for="token">Token</label>
        <input
          id="token"
          class="field mono"
          type="password"
          autocomplete="current-password"
          placeholder="ph_…"
          value={entered}
          required
          aria-describedby="token-help"
          onInput={({ currentTarget }) => setEntered(currentTarget.value)}
        />
        {wasRefused && (
          <p class="sign-in-refused" role="alert">
            The herd does not take this token: it is mistyped, expired or revoked.
          </p>
        )}
        <p id="token-help" class="quiet">
          <code class="mono">proxy-herd token create</code> makes one. This browser forgets it with
          the tab.
        </p>
        <button type="submit" class="button primary">
          Sign in
        </button>
      </form>
    </main>
  );
}

/** What who followed a link that is no longer good can do. */
function LinkIsOver(): JSX.Element {
  return (
    <main class="sign-in">
      <div class="card sign-in-form" role="alert">
        <h1>This link is over</h1>
        <p>Its time has passed, or it was called off. Ask who sent it for another one.</p>
        <button type="button" class="button" onClick={signOut}>
          Sign in with a token
        </button>
      </div>
    </main>
  );
}
