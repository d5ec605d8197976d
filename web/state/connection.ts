import { computed, effect, signal } from '@preact/signals';
import { Herd, ProblemError } from 'proxy-herd/client';

import { isSignedOut, token } from './session.ts';

/** The gateways that may be asked: the page's own, and all that the herd was ever heard to have. */
export const servers = signal<readonly string[]>([location.origin]);

/** The herd. It is another one when the token changes, and when there are more gateways. */
export const connection = computed(
  () => new Herd({ servers: servers.value, token: token.value, attemptMs: 4000 }),
);

/** What was begun over a connection may go on for so long after there is another one, in milliseconds. */
const ENDS_WITHIN_MS = 30_000;

effect(() => {
  const herd = connection.value;
  return () => {
    setTimeout(() => void herd.close({ deadlineMs: 1 }), ENDS_WITHIN_MS);
  };
});

/** Takes what the herd says its gateways are. */
export function learnServers(urls: readonly string[]): void {
  const known = new Set([...servers.value, ...urls]);
  if (known.size > servers.value.length) servers.value = [...known];
}

/** Takes note of an error that says that the token is not good. Returns whether it does. */
export function noteUnauthorized(error: unknown): boolean {
  const isIt = error instanceof ProblemError && error.code === 'unauthorized';
  if (isIt) isSignedOut.value = true;
  return isIt;
}

/** Whether an error says that the token is not for what was asked. */
export function isForbidden(error: unknown): boolean {
  return error instanceof ProblemError && error.code === 'forbidden';
}
