import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { ProviderDescriptor } from '../../../places/descriptor.ts';
import { PROVIDERS } from '../../../places/providers.ts';
import { settingsSchema } from '../../../places/settings.ts';
import { foreignKeysOf } from '../places-schema.ts';
import { herdSchema } from '../schema.ts';
import { KEY_DESCRIPTIONS } from '../key-descriptions.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;
type Override = Parameters<NonNullable<z.core.JSONSchemaGeneratorParams['override']>>[0];

/** The draft that all editors know. */
const DRAFT = 'draft-07';

/**
 * The schema of `herd.yaml` for editors (JSON Schema, draft 7). It is made from the schema that configurations are
 * checked with. It finds nothing wrong that is right, and most of what is wrong; what concerns several values, and
 * what a pattern cannot say, `proxy-herd check` finds.
 *
 * @throws {Error} where a key has no description, or a description has no key
 */
export function herdJsonSchema(): JsonSchema {
  const schema = toJson(herdSchema);
  const { places } = schema.properties ?? {};
  if (typeof places !== 'object') throw new Error('The configuration has no places.');
  addProviders(places);
  const undescribed = new Set(Object.keys(KEY_DESCRIPTIONS));
  describe(schema, '', undescribed);
  if (undescribed.size > 0) {
    throw new Error(`There is no key ${[...undescribed].join(', ')} that could be described.`);
  }
  const { $schema, ...rest } = schema;
  return {
    ...($schema !== undefined && { $schema }),
    title: 'herd.yaml',
    description: 'The configuration of a herd of Proxy-herd.',
    ...rest,
  };
}

function toJson(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    io: 'input',
    target: DRAFT,
    unrepresentable: 'any',
    override,
  });
}

/** Makes what zod says of a value what an editor should know of it. */
function override({ zodSchema, jsonSchema }: Override): void {
  const { def } = zodSchema._zod;
  if (def.type === 'pipe') narrowNumbers(zodSchema, jsonSchema);
  if (def.type === 'default') {
    const text = textOfDefault(def, zodSchema);
    if (text === undefined) delete jsonSchema.default;
    else jsonSchema.default = text;
  }
}

/** What YAML reads as a number is as good as its text, where that text is right. Few texts that look like numbers are. */
function narrowNumbers(schema: z.core.$ZodType, json: JsonSchema): void {
  const { pattern } = json;
  if (pattern === undefined || json.anyOf?.length !== 2) return;
  const takes = (value: number): boolean => z.safeParse(schema, value).success;
  if (takes(5)) return;
  delete json.anyOf;
  if (takes(0)) json.anyOf = [{ type: 'string' }, { const: 0 }];
  else json.type = 'string';
}

/** How the units of a configuration are written, the largest first: of durations in milliseconds, of sizes in bytes. */
const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
  ['GiB', 1024 ** 3],
  ['MiB', 1024 ** 2],
] as const;

/** A default as it would be written in the file, in the largest unit; `undefined` where that cannot be said. */
function textOfDefault(def: z.core.$ZodDefaultDef | object, schema: z.core.$ZodType): unknown {
  const value = 'defaultValue' in def ? def.defaultValue : undefined;
  const units = UNITS.filter(([, size]) => typeof value === 'number' && value % size === 0);
  const texts = units.map(([unit, size]) => `${Number(value) / size}${unit}`);
  return [value, ...texts, 'never'].find((text) => {
    const { success, data } = z.safeParse(schema, text);
    return success && isDeepStrictEqual(data, value);
  });
}

/** Adds what goes with each provider: it decides what the values of its settings have to be. */
function addProviders(places: JsonSchema): void {
  const keys = PROVIDERS.flatMap(({ settings }) => Object.keys(settingsSchema(settings).shape));
  places.properties = {
    ...places.properties,
    ...Object.fromEntries(keys.map((key) => [key, {}])),
  };
  places.allOf = PROVIDERS.map(providerRule);
}

/** Which keys of places a provider has, needs and does not have. */
function providerRule({ name, settings }: ProviderDescriptor): JsonSchema {
  const { properties = {}, required = [] } = toJson(settingsSchema(settings));
  const foreign = foreignKeysOf(name).map((key) => [key, false] as const);
  const isDefault = herdSchema.shape.places.parse(undefined).provider === name;
  return {
    if: {
      properties: { provider: { const: name } },
      ...(isDefault ? {} : { required: ['provider'] }),
    },
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    then: {
      properties: { ...properties, ...Object.fromEntries(foreign) },
      ...(required.length > 0 && { required }),
    },
  };
}

/** Says of each key what it is for, in front of what is expected of its value. */
function describe(schema: JsonSchema, path: string, undescribed: Set<string>): void {
  const under = (key: string): string => (path === '' ? key : `${path}.${key}`);
  const { properties = {}, additionalProperties, oneOf = [] } = schema;
  for (const alternative of oneOf) describe(alternative, path, undescribed);
  const children = Object.entries(properties);
  const isNamed = typeof additionalProperties === 'object';
  for (const [key, child] of isNamed ? [['NAME', additionalProperties] as const] : children) {
    if (typeof child !== 'object') continue;
    const name = under(key);
    const what = KEY_DESCRIPTIONS[name];
    if (what === undefined) throw new Error(`The key ${name} has no description.`);
    undescribed.delete(name);
    const expected = child.description === undefined ? '' : ` Expected: ${child.description}.`;
    child.description = what + expected;
    describe(child, name, undescribed);
  }
}
