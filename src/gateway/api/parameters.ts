import { z } from 'zod';

import { CLIENT_EXPECTED, parseClientId } from '../../protocol/client-id.ts';

const NUMBER = /^-?(\d+(\.\d*)?|\.\d+)$/;

/** A number in a query: decimal digits. */
export function numberParameter<S extends z.ZodType>(schema: S) {
  return z.preprocess((text) => {
    return typeof text === 'string' && NUMBER.test(text) ? Number(text) : text;
  }, schema);
}

/** A client ID, as the bytes that it means. */
export const clientIdSchema = z
  .string({ error: CLIENT_EXPECTED })
  .min(1, { error: CLIENT_EXPECTED })
  .transform((text, context): Buffer => {
    const bytes = parseClientId(text);
    if (bytes !== undefined) return bytes;
    context.addIssue({ code: 'custom', message: CLIENT_EXPECTED });
    return z.NEVER;
  })
  .describe(CLIENT_EXPECTED);

export const clientPathSchema = z.strictObject({ id: clientIdSchema });

/** A number between two bounds, its message in the words of messages here. */
export function bounded(least: number, most: number) {
  const error = `a number from ${least} to ${most}`;
  return z.number({ error }).min(least, { error }).max(most, { error });
}

/** A whole number between two bounds. */
export function count(least: number, most: number) {
  const error = `a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}
