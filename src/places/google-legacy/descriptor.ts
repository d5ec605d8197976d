import { describeProvider } from '../descriptor.ts';

/** Google's terms may allow to keep what is short-lived. */
const MINUTES_MS = 300_000;

/** Google's Nearby Search (legacy). */
export const GOOGLE_LEGACY = describeProvider({
  name: 'google-legacy',
  settings: ({ baseUrl, shortPagesComplete }) => ({
    url: baseUrl().default('https://maps.googleapis.com'),
    shortPagesComplete,
  }),
  keyVariable: 'GOOGLE_MAPS_API_KEY',
  ttlMs: MINUTES_MS,
  atOnce: 16,
  distanceNeedsTypes: true,
  async open(settings, { http, key }) {
    const { createGoogleLegacyProvider, GOOGLE_LEGACY_TRAITS } = await import('./provider.ts');
    const provider = createGoogleLegacyProvider({ ...settings, key }, http);
    return { provider, traits: GOOGLE_LEGACY_TRAITS };
  },
});
