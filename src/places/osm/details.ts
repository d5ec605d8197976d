import { knownDetails, webUrl, type PlaceDetails } from '../details.ts';
import { parseLanguage } from '../language.ts';

type Tags = Readonly<Record<string, string>>;

const WHEELCHAIR = new Map<string | undefined, PlaceDetails['wheelchair']>([
  ['yes', 'yes'],
  ['designated', 'yes'],
  ['limited', 'limited'],
  ['no', 'no'],
]);

const NAME = /^name:([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]+)*)$/;

/** What OpenStreetMap's tags say of a place, in the form of all providers; `undefined` where they say nothing. */
export function detailsOf(tags: Tags): PlaceDetails | undefined {
  const osm = tags['opening_hours'];
  return knownDetails({
    openingHours: osm ? { osm } : undefined,
    phone: tags['phone'] ?? tags['contact:phone'],
    website: webUrl(firstOf(tags['website'] ?? tags['contact:website'] ?? tags['url'])),
    wheelchair: WHEELCHAIR.get(tags['wheelchair']),
    names: namesOf(tags),
  });
}

/** A tag may have several values, separated by semicolons. */
function firstOf(tag: string | undefined): string | undefined {
  return tag?.split(';')[0];
}

/** The names by their languages: `name:de`, `name:zh-Hant`. What is no language, as in `name:etymology`, is left out. */
function namesOf(tags: Tags): Record<string, string> | undefined {
  const names = Object.entries(tags).flatMap(([key, name]): [string, string][] => {
    const [, tag] = NAME.exec(key) ?? [];
    if (tag === undefined) return [];
    const language = parseLanguage(tag.replaceAll('_', '-'));
    return language === undefined || name === '' ? [] : [[language, name]];
  });
  return names.length === 0 ? undefined : Object.fromEntries(names);
}
