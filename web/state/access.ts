import { computed, effect, signal } from '@preact/signals';

import { coversClient, parsePattern } from './client-pattern.ts';
import { connection, noteUnauthorized } from './connection.ts';
import { pause } from './pause.ts';
import { request } from './request.ts';
import { isObject } from './shape.ts';
import { isSignedOut } from './session.ts';

/** How long to wait where no server has answered, in milliseconds. */
const TRY_AGAIN_MS = 5000;

/** What the user may do. */
export interface Access {
  /** Whether the herd has tokens at all. */
  readonly hasTokens: boolean;
  /** The user's token; none where none is asked for. */
  readonly token?: {
    readonly name: string;
    readonly isShare: boolean;
    /** RFC 3339; without it the token is good until it is revoked. */
    readonly expiresAt?: string;
  };
  /** Patterns of the clients that the user may report as. */
  readonly report: readonly string[];
  readonly operate: boolean;
}

/** What the user may do; `undefined`: not known yet. */
export const access = signal<Access | undefined>(undefined);

const reportable = computed(() => access.value?.report.map(parsePattern) ?? []);

/** Whether the user may change a client: its card, and whether it is there. */
export function mayReport(client: string): boolean {
  return reportable.value.some((pattern) => coversClient(pattern, client));
}

/** When the link ends that the user has followed, in milliseconds since 1970; `undefined`: it is no link, or has no end. */
export const shareEndsMs = computed(() => {
  const token = access.value?.token;
  if (token?.isShare !== true || token.expiresAt === undefined) return undefined;
  return Date.parse(token.expiresAt);
});

/** Asks what the user may do, once for each user. */
export function followAccess(): void {
  effect(() => {
    void connection.value;
    if (isSignedOut.value) return;
    const closing = new AbortController();
    void ask(closing.signal);
    return () => closing.abort('closed');
  });
}

async function ask(closed: AbortSignal): Promise<void> {
  while (!closed.aborted) {
    try {
      access.value = await request('GET', '/v1/access', isAccess, { signal: closed });
      return;
    } catch (error) {
      if (closed.aborted || noteUnauthorized(error)) return;
      await pause(TRY_AGAIN_MS, closed);
    }
  }
}

function isAccess(value: unknown): value is Access {
  return isObject(value) && Array.isArray(value['report']) && Array.isArray(value['read']);
}
