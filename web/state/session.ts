import { signal } from '@preact/signals';

/** Where a browser keeps the token as long as the tab is open. */
const KEY = 'proxy-herd.token';

/** Where a browser keeps whether the token came with a link. */
const SHARED_KEY = 'proxy-herd.shared';

/** The user's token; `undefined`: none. */
export const token = signal(sessionStorage.getItem(KEY) ?? undefined);

/** Whether the herd asks for a token, or for another one. */
export const isSignedOut = signal(false);

/** Whether the token came with a link: then the user has no other, and knows of none. */
export const isShared = signal(sessionStorage.getItem(SHARED_KEY) !== null);

/** Uses the token of a link from now on. */
export function signInByLink(shared: string): void {
  signIn(shared);
  sessionStorage.setItem(SHARED_KEY, 'true');
  isShared.value = true;
}

/** Uses a token from now on. */
export function signIn(entered: string): void {
  sessionStorage.setItem(KEY, entered);
  sessionStorage.removeItem(SHARED_KEY);
  isShared.value = false;
  token.value = entered;
  isSignedOut.value = false;
}

/** Forgets the token. */
export function signOut(): void {
  sessionStorage.removeItem(KEY);
  sessionStorage.removeItem(SHARED_KEY);
  isShared.value = false;
  token.value = undefined;
  isSignedOut.value = true;
}
