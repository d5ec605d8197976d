import { describeProvider } from '../descriptor.ts';
import { DEFAULT_FIELD_MASK, DETAILS, missingFields } from './field-mask.ts';

/** Google's terms may allow to keep what is short-lived. */
const MINUTES_MS = 300_000;

const MASK =
  'fields of places with commas between them, places.id, places.displayName and places.location among them, or *';
const REGION = /^[A-Za-z]{2}$/;
const DETAIL = `a list of ${DETAILS.join(', ')}`;

/** Google's Nearby Search of the Places API (New). */
export const GOOGLE = describeProvider({
  name: 'google',
  settings: ({ z, baseUrl, scalar, shortPagesComplete }) => ({
    url: baseUrl().default('https://places.googleapis.com'),
    fieldMask: scalar(MASK, parseFieldMask, /^(\*|places.*)$/).default(DEFAULT_FIELD_MASK),
    details: z.array(z.enum(DETAILS, { error: DETAIL }), { error: DETAIL }).default([]),
    region: scalar('a country of two letters, for example us', parseRegion, REGION).optional(),
    shortPagesComplete,
  }),
  keyVariable: 'GOOGLE_MAPS_API_KEY',
  ttlMs: MINUTES_MS,
  atOnce: 16,
  distanceNeedsTypes: false,
  async open(settings, { http, key }) {
    const { createGoogleProvider, traitsOf } = await import('./provider.ts');
    const provider = createGoogleProvider({ ...settings, region: settings.region, key }, http);
    return { provider, traits: traitsOf(settings) };
  },
});

const FIELD = /^places(?:\.[A-Za-z]+)*$/;

/** The field mask for Google: `*`, or fields that suffice for a place. */
function parseFieldMask(text: string): string | undefined {
  const isMask = text === '*' || text.split(',').every((field) => FIELD.test(field));
  return isMask && missingFields(text).length === 0 ? text : undefined;
}

/** A country code of two letters (CLDR). */
function parseRegion(text: string): string | undefined {
  return REGION.test(text) ? text : undefined;
}
