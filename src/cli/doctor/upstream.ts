import { PlacesCounts } from '../../places/places-counts.ts';
import type { HerdConfig } from '../config/herd-config.ts';
import { placesOptions, providerOf } from '../config/places-options.ts';
import type { SecretParts } from '../config/secret-files.ts';
import { Findings, type Finding } from './finding.ts';
import { visible } from '../style.ts';

/** The middle of Los Angeles: every provider of the whole world has places there. */
const QUESTION = { latitude: 34.0522, longitude: -118.2437, radiusMetres: 5000, bound: 1 };

/** The choices of the configuration. */
const AS_CONFIGURED = { rank: undefined, types: undefined, language: undefined };

/**
 * Whether the provider of places answers: one real query, past the cache, which may cost money.
 *
 * @param isAgreed whether the user agrees to that
 */
export async function upstreamFindings(
  config: HerdConfig,
  [name, parts]: readonly [name: string, parts: SecretParts],
  isAgreed: boolean,
): Promise<Finding[]> {
  const findings = new Findings('places');
  const { name: provider, atOnce, keyVariable } = providerOf(config.places);
  const isCalled = atOnce !== undefined;
  if (isCalled && !isAgreed) {
    const key = keyVariable === undefined ? '' : '; its key was not tried';
    findings.ok(provider, `not asked${key}: --ask-upstream asks it one question`);
    return findings.all;
  }
  const { openNearbySearch } = await import('../../places/nearby-search.ts');
  const options = placesOptions(config, name, parts);
  const uncached = {
    ...options,
    cache: { ...options.cache, folder: undefined },
    budget: undefined,
  };
  let detail = '';
  const onFault = ({ text }: { text: string }): void => void (detail = text);
  const search = await openNearbySearch(uncached, { onFault, counts: new PlacesCounts() });
  try {
    const startMs = performance.now();
    const signal = AbortSignal.timeout(config.places.calls.deadline);
    const { status, message = '' } = await search.find(QUESTION, AS_CONFIGURED, signal);
    const tookMs = (performance.now() - startMs).toFixed(0);
    const isAnswered = status === 'OK' || status === 'ZERO_RESULTS';
    if (isAnswered) findings.ok(provider, `answered ${status} after ${tookMs} ms`);
    else {
      findings.wrong(
        provider,
        visible(detail || `${status}: ${message}`),
        remedyOf(status, config),
      );
    }
  } finally {
    await search.close();
  }
  return findings.all;
}

function remedyOf(status: string, { places }: HerdConfig): string {
  if (status === 'REQUEST_DENIED') return 'see that the key is right, and allowed to ask this API';
  if (status === 'OVER_QUERY_LIMIT') return "see the quota at the provider's";
  return `see places.url${places.provider === 'overpass' ? '' : ' and the network'}; docs/PLACES.md has the provider's faults`;
}
