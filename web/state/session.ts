import { signal } from '@preact/signals';

/** Where a browser keeps the token as long as the tab is open. */
const KEY = 'proxy-herd.token';

/** The user's token; `undefined`: none. */
export const token = signal(sessionStorage.getItem(KEY) ?? undefined);

/** Whether the herd asks for a token, or for another one. */
export const isSignedOut = signal(false);

/** Uses a token from now on. */
export function signIn(entered: string): void {
  sessionStorage.setItem(KEY, entered);
  token.value = entered;
  isSignedOut.value = false;
}

/** Forgets the token. */
export function signOut(): void {
  sessionStorage.removeItem(KEY);
  token.value = undefined;
  isSignedOut.value = true;
}
