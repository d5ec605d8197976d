import { z } from 'zod';
import type { ProviderDescriptor } from '../descriptor.ts';
import { answeredPageSchema } from '../page-schema.ts';
import type { PlaceProvider, PlaceTraits } from '../provider.ts';
import { checkShape } from '../read-answer.ts';
import type { OwnProvider } from './options.ts';

const DAY_MS = 86_400_000;
/** As many as Google takes well. */
const USUAL_CALLS_AT_ONCE = 16;

/** What holds of every provider: no answer says more than what was asked. */
const SAFE_TRAITS: PlaceTraits = {
  ranking: 'both',
  languages: 'asked',
  typesPerCall: 'several',
  tellsTypes: false,
  typesFor: (type) => [type],
};

const answerSchema = z.object({ page: answeredPageSchema, complete: z.boolean() });

/** Describes a provider that the caller has made. */
export function ownDescriptor({ provider, traits, close }: OwnProvider): ProviderDescriptor {
  const opened = { provider: checked(provider), traits: { ...SAFE_TRAITS, ...traits } };
  return {
    name: provider.name,
    settings: () => ({}),
    keyVariable: undefined,
    ttlMs: DAY_MS,
    atOnce: USUAL_CALLS_AT_ONCE,
    distanceNeedsTypes: false,
    open: () => Promise.resolve(close === undefined ? opened : { ...opened, close }),
  };
}

/** A provider whose answers are looked at: in plain JavaScript they may be anything. */
function checked(provider: PlaceProvider): PlaceProvider {
  return {
    name: provider.name,
    async nearby(query, call) {
      return checkShape(answerSchema, await provider.nearby(query, call), 'a SourceAnswer');
    },
  };
}
