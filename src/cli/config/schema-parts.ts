import { z } from 'zod';
import { scalar } from '../../places/settings.ts';
import { parseDuration, PATTERNS } from './values.ts';

/** A mapping with these keys and no other. The message for an unknown key lists the known ones. */
export function mapping<S extends z.core.$ZodLooseShape>(shape: S) {
  const keys = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? keys : `a mapping with the keys ${keys}`),
  });
}

/** One of these words. */
export function choice<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, { error: values.join(' or ') });
}

/** A path as it is written; an empty one is none, nor one with a NUL, which no system takes. */
export const path = (expected: string) =>
  scalar(expected, (text) => (PATTERNS.path.test(text) ? text : undefined), PATTERNS.path);

/** A duration between two bounds, in milliseconds. */
export function durationWithin(
  expected: string,
  { least, most }: { readonly least: number; readonly most: number },
) {
  const parse = (text: string): number | undefined => {
    const ms = parseDuration(text) ?? -1;
    return ms >= least && ms <= most ? ms : undefined;
  };
  return scalar(expected, parse, PATTERNS.duration);
}

/** A whole number between two bounds. */
export function count(least: number, most: number) {
  const expected = `a whole number from ${least} to ${most}`;
  return z.int({ error: expected }).min(least, { error: expected }).max(most, { error: expected });
}
