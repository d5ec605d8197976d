import type { ProviderDescriptor } from './descriptor.ts';
import { FILE } from './file/descriptor.ts';
import { GEONAMES } from './geonames/descriptor.ts';
import { GOOGLE_LEGACY } from './google-legacy/descriptor.ts';
import { GOOGLE } from './google/descriptor.ts';
import { OVERPASS } from './overpass/descriptor.ts';

/** All providers. A further one has a folder of its own, and its line here. */
export const PROVIDERS: readonly [ProviderDescriptor, ...ProviderDescriptor[]] = [
  GEONAMES,
  FILE,
  GOOGLE,
  GOOGLE_LEGACY,
  OVERPASS,
];

/** The provider of a name; `undefined` where there is none. */
export function findProvider(name: string): ProviderDescriptor | undefined {
  return PROVIDERS.find((provider) => provider.name === name);
}
