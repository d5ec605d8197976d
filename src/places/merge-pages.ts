import { metresBetween, pointAt } from './cache/sphere.ts';
import { distinctPlaces } from './distinct-places.ts';
import type { NearbyQuery, Place, PlacesPage } from './provider.ts';

/**
 * One page of several for one circle, each of places of another type. By distance the nearest come first. By
 * prominence the best of each page come first, then the second best, and so on, since the upstream does not say how a
 * place of one page compares with one of another. Where one has failed, that is the page.
 */
export function mergePages(pages: readonly PlacesPage[], query: NearbyQuery): PlacesPage {
  const failed = pages.find(({ status }) => status !== 'OK' && status !== 'ZERO_RESULTS');
  if (failed !== undefined) return failed;
  const all = query.choices.rank === 'distance' ? byDistance(pages, query) : byTurns(pages);
  const results = distinctPlaces(all);
  return {
    html_attributions: [...new Set(pages.flatMap((page) => page.html_attributions))],
    results,
    status: results.length === 0 ? 'ZERO_RESULTS' : 'OK',
  };
}

function byDistance(pages: readonly PlacesPage[], query: NearbyQuery): Place[] {
  const centre = pointAt(query);
  const places = pages.flatMap(({ results }) =>
    results.map((place) => {
      const { lat: latitude, lng: longitude } = place.geometry.location;
      return { place, metres: metresBetween(centre, pointAt({ latitude, longitude })) };
    }),
  );
  return places.sort((a, b) => a.metres - b.metres).map(({ place }) => place);
}

function byTurns(pages: readonly PlacesPage[]): Place[] {
  const longest = Math.max(...pages.map(({ results }) => results.length));
  return Array.from({ length: longest }, (_, turn) =>
    pages.flatMap(({ results }) => results[turn] ?? []),
  ).flat();
}
