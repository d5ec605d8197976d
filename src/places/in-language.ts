import type { Place, PlacesPage } from './provider.ts';

/**
 * A page whose places have their names in a language, where they have one in it: that of the longest range that
 * fits (RFC 4647, section 3.4): for `zh-Hant-TW` that of `zh-Hant-TW`, `zh-Hant` or `zh`.
 */
export function inLanguage(page: PlacesPage, language: string | undefined): PlacesPage {
  if (language === undefined) return page;
  return { ...page, results: page.results.map((place) => named(place, language)) };
}

function named(place: Place, language: string): Place {
  const names = new Map(Object.entries(place.details?.names ?? {}));
  const tags = language.split('-');
  for (let length = tags.length; length > 0; length--) {
    const name = names.get(tags.slice(0, length).join('-'));
    if (name !== undefined) return { ...place, name };
  }
  return place;
}
