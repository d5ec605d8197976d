import { z } from 'zod';

/** Whether a wheelchair gets in, in OpenStreetMap's words. */
const WHEELCHAIR = ['yes', 'limited', 'no'] as const;

/** What a provider may know of a place besides what every place has, in one form for all providers. */
export const detailsSchema = z.object({
  openingHours: z
    .object({
      openNow: z
        .boolean()
        .optional()
        .describe('Whether it was open when the provider was asked, which may be a while ago'),
      weekdays: z.array(z.string()).optional().describe('A line for each day, to be shown'),
      osm: z
        .string()
        .optional()
        .describe("As OpenStreetMap's opening_hours has them: Mo-Fr 08:00-18:00"),
    })
    .optional(),
  phone: z.string().optional(),
  website: z.string().optional().describe('A URL, http or https'),
  wheelchair: z.enum(WHEELCHAIR).optional().describe('Whether a wheelchair gets in'),
  names: z
    .record(z.string(), z.string())
    .optional()
    .describe('Its names by their languages (BCP 47)'),
});

/** What may be known of a place besides what every place has. */
export type PlaceDetails = z.infer<typeof detailsSchema>;

/** A URL of the web; `undefined` where a text is none. One without a scheme gets `https`. */
export function webUrl(text: string | undefined): string | undefined {
  const given = text?.trim() ?? '';
  const url = given.includes('://') ? given : `https://${given}`;
  if (given === '' || !URL.canParse(url)) return undefined;
  const { protocol, hostname, href } = new URL(url);
  const isWeb = protocol === 'http:' || protocol === 'https:';
  return isWeb && hostname.includes('.') ? href : undefined;
}

const NAMES = ['openingHours', 'phone', 'website', 'wheelchair', 'names'] as const;

/** The details that are known; `undefined` where none is. */
export function knownDetails(details: PlaceDetails): PlaceDetails | undefined {
  const known = { ...details };
  for (const name of NAMES) if (known[name] === undefined) delete known[name];
  return Object.keys(known).length === 0 ? undefined : known;
}
