import { z } from 'zod';
import { parsePattern, PATTERN_EXPECTED } from '../../access/client-pattern.ts';
import { eventsWithoutForm, HOOK_EVENTS, HOOK_FORMS } from '../../gateway/hooks/options.ts';
import { hookUrlFault } from '../../gateway/hooks/hook-url.ts';
import { scalar } from '../../places/settings.ts';
import type { Fault } from './faults.ts';
import { choice, durationWithin, mapping, path } from './schema-parts.ts';

/** The most hooks: each reads the change feed and has a connection of its own. */
const MAX_HOOKS = 16;
const HOOKS = `a mapping of at most ${MAX_HOOKS} hooks by their names`;
/** Small letters, so that each has one variable of the environment. */
const NAME = /^[a-z][a-z0-9-]{0,31}$/;
const NAME_EXPECTED =
  'the name of a hook: 1 to 32 small letters, digits and -, of which the first is a letter';

/** The most patterns of one hook: each event is compared with all of them. */
const MAX_PATTERNS = 100;
const CLIENTS = `a list of 1 to ${MAX_PATTERNS} patterns of clients, for example [van-*]`;
const EVENTS = `a list of ${HOOK_EVENTS.join(', ')}`;
/** The specification recommends 15 to 30 s; a receiver that takes longer than the most is broken. */
const TIMEOUT_MS = { least: 100, most: 60_000 };
const TIMEOUT = 'a duration from 100ms to 60s';
/** Standard Webhooks 1.0.0, "Request timeouts". */
const DEFAULT_TIMEOUT_MS = 15_000;

const flag = () => z.boolean({ error: 'true or false' }).default(false);

const hookSchema = mapping({
  url: path('a URL').optional(),
  urlFile: path('the path of a file').optional(),
  secretFile: path('the path of a file').optional(),
  form: choice(HOOK_FORMS).default('json'),
  events: z.array(choice(HOOK_EVENTS), { error: EVENTS }).min(1, { error: EVENTS }).optional(),
  clients: z
    .array(
      scalar(
        PATTERN_EXPECTED,
        (text) => (parsePattern(text) === undefined ? undefined : text),
        /^[^\t-\r ]+$/,
      ),
      { error: CLIENTS },
    )
    .min(1, { error: CLIENTS })
    .max(MAX_PATTERNS, { error: CLIENTS })
    .default(['*']),
  allowPrivate: flag(),
  followRedirects: flag(),
  timeout: durationWithin(TIMEOUT, TIMEOUT_MS).default(DEFAULT_TIMEOUT_MS),
});

/** Hooks by their names. */
export const hooksSchema = z
  .record(z.string(), hookSchema, { error: HOOKS })
  .refine((hooks) => Object.keys(hooks).length <= MAX_HOOKS, { error: HOOKS })
  .meta({ maxProperties: MAX_HOOKS, propertyNames: { pattern: NAME.source } })
  .default({});

export type HookValues = z.infer<typeof hookSchema>;

const outlineSchema = z.looseObject({
  url: z.string().optional().catch(undefined),
  urlFile: z.unknown().optional(),
  form: z.unknown().optional(),
  events: z.array(z.unknown()).catch([]),
  allowPrivate: z.unknown().optional(),
});

/** Finds what is wrong between the values of hooks as they were read; no URL is in a message. */
export function hookFaults(hooks: Readonly<Record<string, unknown>>): Fault[] {
  return Object.entries(hooks).flatMap(([name, value]): Fault[] => {
    const path = ['hooks', name];
    if (!NAME.test(name)) return [{ path, message: `expected ${NAME_EXPECTED}` }];
    const { data } = outlineSchema.safeParse(value);
    return data === undefined ? [] : valueFaults(path, data);
  });
}

function valueFaults(path: readonly string[], hook: z.infer<typeof outlineSchema>): Fault[] {
  const { url, urlFile, form, events, allowPrivate } = hook;
  const faults: Fault[] = [];
  const urlFault = url === undefined ? undefined : hookUrlFault(url, allowPrivate === true);
  if (urlFault !== undefined) {
    faults.push({ path: [...path, 'url'], message: `expected ${urlFault}` });
  }
  if (url !== undefined && urlFile !== undefined) {
    faults.push({ path: [...path, 'urlFile'], message: 'expected url or urlFile, not both' });
  }
  const unknown = eventsWithoutForm(form, events);
  if (unknown.length > 0) {
    const message = `found ${unknown.join(', ')}, of which Home Assistant knows nothing`;
    faults.push({ path: [...path, 'events'], message });
  }
  return faults;
}
