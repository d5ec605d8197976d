import { z } from 'zod';

import type { JournaledLocation } from './journal.ts';
import { parseLocation } from './location.ts';
import { seal, unseal } from './seal.ts';

/*
 * What a journal's keys and values say. There is one key for each client, `@` and its ID, with the
 * number of the change and the AT line, and one for all else. Each value is sealed with a checksum.
 */

/** The layout of what is kept; a journal of another one is refused. */
const FORMAT = 1;

export const STATE_KEY = 'state';

/** All clients' keys, and no other. */
export const CLIENT_KEYS = { gte: '@', lt: 'A' } as const;

const positionSchema = z.object({ epoch: z.string(), number: z.number().int().nonnegative() });
const stateSchema = z.object({
  format: z.literal(FORMAT),
  herd: z.string(),
  server: z.string(),
  /** The life of the feed that is written. */
  epoch: z.string(),
  head: z.number().int().nonnegative(),
  past: z.array(positionSchema).readonly(),
  read: z.record(z.string(), positionSchema).readonly(),
});

/** What a journal keeps besides the locations, and whose it is. */
export type StoredState = Omit<z.infer<typeof stateSchema>, 'format'>;

export function formatState(state: StoredState): string {
  return seal(JSON.stringify({ format: FORMAT, ...state }));
}

/** Reads a state back: in words why it is not one, where it is not; `undefined` where it is damaged. */
export function parseState(value: string): StoredState | string | undefined {
  const text = unseal(value);
  if (text === undefined) return undefined;
  const { success, data, error } = stateSchema.safeParse(JSON.parse(text));
  return success ? data : z.prettifyError(error);
}

export function clientKey(client: string): string {
  return `@${client}`;
}

export function formatRow({ location, number }: JournaledLocation): string {
  return seal(`${number} ${location.at}`);
}

/** Reads a client's row back; `undefined` where it is damaged. */
export function parseRow(key: string, value: string): JournaledLocation | undefined {
  const text = unseal(value);
  if (text === undefined) return undefined;
  const space = text.indexOf(' ');
  const location = parseLocation(text.slice(space + 1));
  if (location === undefined || key !== clientKey(location.client)) return undefined;
  return { location, number: Number(text.slice(0, space)) };
}
