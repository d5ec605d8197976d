import { z } from 'zod';
import { parsePattern, PATTERN_EXPECTED } from '../../access/client-pattern.ts';
import { isTokenHash } from '../../access/token.ts';
import { mapping } from '../config/schema-parts.ts';

/*
 * The shape of the access file. Each error message here says only what was expected, as in the configuration.
 */

/** The version of the file's format. */
export const ACCESS_VERSION = 1;
const VERSION = `${ACCESS_VERSION}, the version of the file that this program knows`;

/** What stands before a hash: how it was made. */
export const HASH_PREFIX = 'sha256:';
const HASH = `the hash of a token, ${HASH_PREFIX} and 64 hexadecimal digits, as proxy-herd token writes it`;

/** Not a number, which YAML would have read: `007` and `1e3` would be other clients. */
const PATTERN = `${PATTERN_EXPECTED}, in quotes where it is a number`;
const patternSchema = z
  .string({ error: PATTERN })
  .refine((text) => parsePattern(text) !== undefined, { error: PATTERN });

const LIST = 'a list of clients, for example [anna, "kid-*"]';
const patterns = () => z.array(patternSchema, { error: LIST });

const GROUPS = 'a list of names of groups';
const PASSPHRASE = 'the path of a file that has the passphrase of a phone';
const TIME = 'a time such as 2030-01-31T18:00:00Z';
const timeSchema = z.iso
  .datetime({ offset: true, error: TIME })
  .transform((text) => Date.parse(text));

const tokenSchema = mapping({
  hash: z
    .string({ error: HASH })
    .refine((text) => text.startsWith(HASH_PREFIX) && isTokenHash(text.slice(HASH_PREFIX.length)), {
      error: HASH,
    })
    .transform((text) => text.slice(HASH_PREFIX.length)),
  created: timeSchema,
  expires: timeSchema.optional(),
  revoked: timeSchema.optional(),
  share: z.boolean({ error: 'true or false' }).default(false),
  report: patterns().default([]),
  read: patterns().default([]),
  groups: z.array(z.string({ error: GROUPS }), { error: GROUPS }).default([]),
  operate: z.boolean({ error: 'true or false' }).default(false),
  waypoints: z.boolean({ error: 'true or false' }).default(false),
  passphraseFile: z.string({ error: PASSPHRASE }).min(1, { error: PASSPHRASE }).optional(),
});

/** A mapping that may be there without anything in it. */
function named<T extends z.ZodType>(value: T, expected: string) {
  return z
    .record(z.string(), value, { error: expected })
    .nullish()
    .transform((found) => found ?? {});
}

/** A whole access file, its defaults filled in. What concerns several values is checked in access-file.ts. */
export const accessFileSchema = mapping({
  version: z.literal(ACCESS_VERSION, { error: VERSION }),
  groups: named(patterns(), 'a mapping of groups, each a list of clients, by their names'),
  tokens: named(tokenSchema, 'a mapping of tokens by their names'),
});

export type AccessFileValues = z.infer<typeof accessFileSchema>;
