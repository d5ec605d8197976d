import { z } from 'zod';

import { seal, unseal } from './seal.ts';

/*
 * What a journal keeps besides the locations, and whose it is: JSON behind a checksum.
 */

/** The layout of all that is kept; a journal of another one is refused. */
const FORMAT = 2;

const positionSchema = z.object({ epoch: z.string(), number: z.number().int().nonnegative() });
const formatSchema = z.object({ format: z.number() });
const stateSchema = z.object({
  herd: z.string(),
  server: z.string(),
  /** The life of the feed that is written. */
  epoch: z.string(),
  /** The last change that is held. */
  head: z.number().int().nonnegative(),
  past: z.array(positionSchema).readonly(),
  read: z.record(z.string(), positionSchema).readonly(),
});

export type StoredState = z.infer<typeof stateSchema>;

export function formatState(state: StoredState): string {
  return seal(JSON.stringify({ format: FORMAT, ...state }));
}

/** Reads a state back: in words why it is not one, where it is not; `undefined` where it is damaged. */
export function parseState(sealed: string): StoredState | string | undefined {
  const text = unseal(sealed);
  if (text === undefined) return undefined;
  const value: unknown = JSON.parse(text);
  const format = formatSchema.safeParse(value).data?.format;
  if (format !== FORMAT) {
    return `its format is ${format}, and this version reads ${FORMAT} alone: start without it`;
  }
  const { success, data, error } = stateSchema.safeParse(value);
  return success ? data : z.prettifyError(error);
}
