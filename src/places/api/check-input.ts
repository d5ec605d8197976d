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
const questionShape = {
  latitude: within(-90, 90, 'degrees'),
  longitude: within(-180, 180, 'degrees'),
  radiusMetres: within(1, 50_000, 'metres'),
  limit: z.int(LIMIT).min(1, LIMIT).max(MAX_PLACES, LIMIT).default(MAX_PLACES),
  rank: rankSchema.optional(),
  types: typesSchema.optional(),
  language: languageSchema.optional(),
};
/** More than these it may have: what is asked about often comes with more. */
const questionSchema = z.object(questionShape, membersOf(questionShape));

function membersOf(shape: object): string {
  return `an object with ${Object.keys(shape).join(', ')}`;
}

/** An object that has no other members: one with another name is a slip of the pen. */
function strict<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, membersOf(shape));
}

function functionSchema() {
  return z.custom((value) => typeof value === 'function', 'a function');
}

/** The longest delay of a timer. */
const MAX_MS = 2 ** 31 - 1;
const COUNT = 'a whole number of at least 1';
const count = () => z.int(COUNT).min(1, COUNT);
const age = () => z.number('milliseconds from 0').min(0, 'milliseconds from 0');

/** Whether it can be a provider; what it answers is looked at when it has answered. */
const ownProviderSchema = z.object(
  {
    provider: z.object(
      { name: z.string('a text').min(1, 'a text'), nearby: functionSchema() },
      'an object with name and nearby',
    ),
    traits: z.object({}, 'an object').optional(),
    close: functionSchema().optional(),
  },
  'the name of a provider, or an object with provider, traits and close',
);

const optionsSchema = strict({
  // Which names there are is looked at with the provider.
  provider: z
    .custom()
    .superRefine((provider, context) => {
      if (provider === undefined || typeof provider === 'string') return;
      for (const issue of ownProviderSchema.safeParse(provider).error?.issues ?? []) {
        context.addIssue({ code: 'custom', path: [...issue.path], message: issue.message });
      }
    })
    .optional(),
  settings: z.record(z.string(), z.unknown(), 'an object').default({}),
  key: z.string('a text').default(''),
  choices: strict({
    rank: rankSchema.optional(),
    types: typesSchema.optional(),
    language: languageSchema.optional(),
  }).default({}),
  cache: strict({
    ttlMs: age().optional(),
    zeroTtlMs: age().optional(),
    staleWhileRevalidateMs: age().optional(),
    staleIfErrorMs: age().optional(),
    tolerance: within(0, 0.1, 'a share').optional(),
    entries: z.int('a whole number from 0').min(0, 'a whole number from 0').optional(),
    folder: z.string('the path of a folder').optional(),
  }).default({}),
  calls: strict({
    deadlineMs: within(1, MAX_MS, 'milliseconds').optional(),
    atOnce: count().optional(),
  }).default({}),
  budget: strict({ perDay: count(), file: z.string('the path of a file') }).optional(),
  onFault: functionSchema().optional(),
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
  const where = issue?.path.join('.') || (code === 'OPTION_INVALID' ? 'options' : 'question');
  const found = issue?.code === 'unrecognized_keys' ? `found ${issue.keys.join(', ')}, ` : '';
  throw new PlacesInputError(code, `${where}: ${found}expected ${issue?.message}`);
}
