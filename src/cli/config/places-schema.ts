import { z } from 'zod';
import type { ProviderDescriptor } from '../../places/descriptor.ts';
import { distinctTypes, MAX_TYPES, RANKS } from '../../places/choices.ts';
import { parseLanguage } from '../../places/language.ts';
import { PLACE_TYPES, type PlaceType } from '../../places/place-types.ts';
import { findProvider, PROVIDERS } from '../../places/providers.ts';
import { scalar, settingsSchema } from '../../places/settings.ts';
import { DEFAULTS } from './defaults.ts';
import { type Fault, schemaFaults } from './faults.ts';
import { choice, count, durationWithin, mapping, path } from './schema-parts.ts';
import { EXPECTED, parseDuration, PATTERNS } from './values.ts';

/** Pages are bounded by their size as well, in places/: this only keeps out a slip of the keyboard. */
const MOST_CACHED_PAGES = 1_000_000;

/** Above this, answers would lack more than anybody would call alike. */
const MOST_TOLERANCE = 0.1;
const TOLERANCE = `a share from 0 to ${MOST_TOLERANCE}`;

const { cache: CACHE, calls: CALLS, provider: PROVIDER } = DEFAULTS.places;

const duration = () => scalar(EXPECTED.duration, parseDuration, PATTERNS.duration);

const cacheSchema = mapping({
  ttl: duration().optional(), // the default is the provider's
  zeroTtl: duration().default(CACHE.zeroTtl),
  staleWhileRevalidate: duration().default(CACHE.staleWhileRevalidate),
  staleIfError: duration().default(CACHE.staleIfError),
  tolerance: z
    .number({ error: TOLERANCE })
    .min(0, { error: TOLERANCE })
    .max(MOST_TOLERANCE, { error: TOLERANCE })
    .default(CACHE.tolerance),
  entries: count(1, MOST_CACHED_PAGES).default(CACHE.entries),
});

/** Nobody waits for an answer longer, and below the least one none comes over a network in time. */
const DEADLINE_MS = { least: 100, most: 60_000 };
const DEADLINE = 'a duration from 100ms to 60s';
/** Each call takes a connection; this only keeps out a slip of the keyboard. */
const MOST_AT_ONCE = 1_000;

const callsSchema = mapping({
  deadline: durationWithin(DEADLINE, DEADLINE_MS).default(CALLS.deadline),
  atOnce: count(1, MOST_AT_ONCE).optional(), // the default is the provider's
});

const PER_DAY = 'a whole number of at least 1';
const budgetSchema = mapping({
  perDay: z.int({ error: PER_DAY }).min(1, { error: PER_DAY }),
});

const TYPES = `a list of at most ${MAX_TYPES} types, for example [cafe, museum]`;
const TYPE = `one of ${PLACE_TYPES.join(', ')}`;
const [FIRST, ...OTHERS] = PROVIDERS;
const NAMES: [string, ...string[]] = [FIRST.name, ...OTHERS.map(({ name }) => name)];

/** The keys of each provider's own. What they have to be is checked when it is known which one is meant. */
const OWN_KEYS: object = Object.fromEntries(
  PROVIDERS.flatMap(({ settings }) =>
    Object.keys(settingsSchema(settings).shape).map((key) => [key, z.unknown().optional()]),
  ),
);

export const placesSchema = mapping({
  provider: choice(NAMES).default(PROVIDER),
  keyFile: path('the path of a file').optional(),
  rank: choice(RANKS).default(DEFAULTS.places.rank),
  types: z
    .array(z.enum(PLACE_TYPES, { error: TYPE }), { error: TYPES })
    .max(MAX_TYPES, { error: TYPES })
    .default([])
    .transform((types): readonly PlaceType[] => distinctTypes(types)),
  language: scalar(EXPECTED.language, parseLanguage, PATTERNS.language).optional(),
  ...OWN_KEYS,
  cache: cacheSchema.prefault({}),
  calls: callsSchema.prefault({}),
  budget: budgetSchema.optional(),
});

export type PlacesValues = z.infer<typeof placesSchema>;

type Places = Readonly<Record<string, unknown>>;

/** What is wrong with the provider's own values, and with those that it has no use for. */
export function providerFaults(places: Places, value: unknown): Fault[] {
  const { provider: name = PROVIDER, rank, types } = places;
  const provider = typeof name === 'string' ? findProvider(name) : undefined;
  if (provider === undefined) return []; // the schema has reported it
  const { error } = checkOwn(places, provider);
  const faults = [
    ...foreignKeys(places, provider.name),
    ...schemaFaults(error?.issues ?? [], value, ['places']),
  ];
  const isAny = types === undefined || (Array.isArray(types) && types.length === 0);
  if (!provider.distanceNeedsTypes || rank !== 'distance' || !isAny) return faults;
  const message = `found distance, which ${provider.name} has only for places of some types: name them with places.types`;
  return [...faults, { path: ['places', 'rank'], message }];
}

/** Checks those of the values that are the provider's own. */
function checkOwn(places: Places, { settings }: ProviderDescriptor) {
  const schema = settingsSchema(settings);
  const own = Object.entries(places).filter(([key]) => key in schema.shape);
  return schema.safeParse(Object.fromEntries(own));
}

/** The keys that go with some providers only, and with which. */
function withProviders(): ReadonlyMap<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { name, settings, keyVariable, atOnce } of PROVIDERS) {
    const keys = [
      ...Object.keys(settingsSchema(settings).shape),
      ...(keyVariable === undefined ? [] : ['keyFile']),
      ...(atOnce === undefined ? [] : ['calls', 'budget']),
    ];
    for (const key of keys) found.set(key, [...(found.get(key) ?? []), name]);
  }
  return found;
}

/** The keys that do not go with a provider. */
export function foreignKeysOf(provider: string): string[] {
  return Array.from(withProviders()).flatMap(([key, providers]) =>
    providers.includes(provider) ? [] : [key],
  );
}

function foreignKeys(places: Places, provider: string): Fault[] {
  return Array.from(withProviders()).flatMap(([key, providers]): Fault[] => {
    if (!(key in places) || providers.includes(provider)) return [];
    const message = `the provider ${provider} has none; it goes with ${providers.join(', ')}`;
    return [{ path: ['places', key], message }];
  });
}
