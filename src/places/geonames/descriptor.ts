import { describeProvider } from '../descriptor.ts';

const DAY_MS = 86_400_000;

/** The places that the package itself has. */
export const GEONAMES = describeProvider({
  name: 'geonames',
  settings: () => ({}),
  keyVariable: undefined,
  ttlMs: DAY_MS,
  atOnce: undefined,
  distanceNeedsTypes: false,
  async open() {
    const { PLACES_FILE, createGeonamesProvider, GEONAMES_TRAITS } = await import('./provider.ts');
    const provider = createGeonamesProvider(PLACES_FILE);
    void provider.open();
    return { provider, traits: GEONAMES_TRAITS, close: () => provider.close() };
  },
});
