import { z } from 'zod';
import { MAX_TYPES, RANKS } from '../choices.ts';
import { parseLanguage } from '../language.ts';
import { isPlaceType, type PlaceType } from '../place-types.ts';
import { MAX_PLACES } from '../provider.ts';
import { PlacesInputError, type PlacesInputErrorCode } from './errors.ts';

/* What options and questions have to be. Each error message here says only what was expected. */

const TYPES = `a list of at most ${MAX_TYPES} types of places, such as cafe`;
const typesSchema = z
  .array(
    z.custom<PlaceType>((type) => typeof type === 'string' && isPlaceType(type), TYPES),
    TYPES,
  )
  .max(MAX_TYPES, TYPES);
const rankSchema = z.enum(RANKS, RANKS.join(' or '));
const LANGUAGE = 'a language as BCP 47 has it, for example en or pt-BR';
const languageSchema = z.string(LANGUAGE).transform((text, context): string => {
  const language = parseLanguage(text);
  if (language !== undefined) return language;
  context.addIssue({ code: 'custom', message: LANGUAGE });
  return z.NEVER;
});

/** @param expected without the bounds */
function within(least: number, most: number, expected: string) {
  const error = `${expected} from ${least} to ${most.toLocaleString('en')}`;
  return z.number(error).min(least, error).max(most, error);
}

const LIMIT = `a whole number from 1 to ${MAX_PLACES}`;
const questionSchema = z.object({
  latitude: within(-90, 90, 'degrees'),
  longitude: within(-180, 180, 'degrees'),
  radiusMetres: within(1, 50_000, 'metres'),
  limit: z.int(LIMIT).min(1, LIMIT).max(MAX_PLACES, LIMIT).default(MAX_PLACES),
  rank: rankSchema.optional(),
  types: typesSchema.optional(),
  language: languageSchema.optional(),
});

/** The longest delay of a timer. */
const MAX_MS = 2 ** 31 - 1;
const COUNT = 'a whole number of at least 1';
const count = () => z.int(COUNT).min(1, COUNT);
const age = () => z.number('milliseconds from 0').min(0, 'milliseconds from 0');

const optionsSchema = z.object({
  choices: z
    .object({
      rank: rankSchema.optional(),
      types: typesSchema.optional(),
      language: languageSchema.optional(),
    })
    .default({}),
  cache: z
    .object({
      ttlMs: age().optional(),
      zeroTtlMs: age().optional(),
      staleWhileRevalidateMs: age().optional(),
      staleIfErrorMs: age().optional(),
      tolerance: within(0, 0.1, 'a share').optional(),
      entries: z.int('a whole number from 0').min(0, 'a whole number from 0').optional(),
      folder: z.string('the path of a folder').optional(),
    })
    .default({}),
  calls: z
    .object({
      deadlineMs: within(1, MAX_MS, 'milliseconds').optional(),
      atOnce: count().optional(),
    })
    .default({}),
  budget: z.object({ perDay: count(), file: z.string('the path of a file') }).optional(),
});

/** Options as far as they are the same for every provider. */
export type CheckedOptions = z.output<typeof optionsSchema>;

/** @throws {PlacesInputError} `OPTION_INVALID` */
export function checkOptions(options: unknown): CheckedOptions {
  return check('OPTION_INVALID', optionsSchema, options);
}

/** @throws {PlacesInputError} `QUESTION_INVALID` */
export function checkQuestion(question: unknown): z.output<typeof questionSchema> {
  return check('QUESTION_INVALID', questionSchema, question);
}

/** @throws {PlacesInputError} with the first thing that is wrong */
function check<S extends z.ZodType>(
  code: PlacesInputErrorCode,
  schema: S,
  value: unknown,
): z.output<S> {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  throw new PlacesInputError(code, `${issue?.path.join('.')}: expected ${issue?.message}`);
}
