import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { HookOptions } from '#src/gateway/hooks/options.js';
import type { HookReceiver, HookRequest } from './hook-receiver.ts';

/** What the hooks of tests sign with. */
export const HOOK_SECRET = `whsec_${randomBytes(32).toString('base64')}`;

/** A hook of everything, but for where it posts. No test comes near its timeout. */
export const HOOK: Omit<HookOptions, 'url'> = {
  name: 'hook',
  form: 'json',
  events: ['location', 'enter', 'leave', 'removed'],
  clients: ['*'],
  secrets: [HOOK_SECRET],
  allowPrivate: true,
  followRedirects: false,
  timeoutMs: 60_000,
};

/** A hook that posts to a receiver on loopback. */
export function hookTo({ url }: HookReceiver, more: Partial<HookOptions> = {}): HookOptions {
  return { ...HOOK, url, ...more };
}

/** An event of a request. */
export interface Told {
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The events of a request, whose signature has to be right. */
export function eventsOf({ body, headers }: HookRequest): readonly Told[] {
  new Webhook(HOOK_SECRET).verify(body, headers as Record<string, string>);
  return (JSON.parse(body) as { data: readonly Told[] }).data;
}

/** The next events that a receiver gets, so many at least, in short. */
export async function told(receiver: HookReceiver, count: number): Promise<string[]> {
  const events: string[] = [];
  while (events.length < count) {
    for (const { event, data } of eventsOf(await receiver.next())) {
      const { client, latitude, geofence, reason } = data as Record<string, string | undefined>;
      events.push([event, client, latitude ?? geofence, reason].filter(Boolean).join(' '));
    }
  }
  return events;
}
