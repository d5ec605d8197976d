import { z } from 'zod';

import { BASE_URL_PATTERN, parseBaseUrl } from '../protocol/base-url.ts';

/*
 * What the settings of providers are made of. Each error message says only what was expected, as those of the
 * whole configuration do.
 */

/**
 * A text that `parse` makes a value of, which it takes again. YAML reads some texts as numbers: `0`, `5`.
 *
 * @param pattern what every such text matches, for editors (see cli/config/json-schema): they see most slips by it
 */
export function scalar<T>(
  expected: string,
  parse: (text: string) => T | undefined,
  pattern: RegExp,
) {
  return z
    .union([z.string(), z.number()], { error: expected })
    .transform((found, context): T => {
      const value = parse(String(found));
      if (value !== undefined) return value;
      context.addIssue({ code: 'custom', message: expected });
      return z.NEVER;
    })
    .meta({ description: expected, pattern: pattern.source });
}

/** The base URL of an upstream. */
function baseUrl(
  expected = 'an http or https URL without a query, for example https://maps.googleapis.com',
) {
  return scalar(expected, parseBaseUrl, BASE_URL_PATTERN);
}

/** Whether an answer with fewer places than fit a page counts as complete. */
const shortPagesComplete = z.boolean({ error: 'true or false' }).default(true);

const PARTS = { z, scalar, baseUrl, shortPagesComplete };

/** What a provider makes its settings of. It is handed them: what starts without a configuration loads no zod. */
export type SettingParts = typeof PARTS;

/** The schema of a provider's own settings. */
export function settingsSchema<Shape extends z.core.$ZodLooseShape>(
  settings: (parts: SettingParts) => Shape,
) {
  return z.strictObject(settings(PARTS));
}
