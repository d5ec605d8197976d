import type { BoundedQuery, CachedPage } from './cache/cached-page.ts';
import type { PageCache } from './cache/page-cache.ts';
import { distinctTypes } from './choices.ts';
import { inLanguage } from './in-language.ts';
import { mergePages } from './merge-pages.ts';
import type { PlacesPage, PlaceTraits } from './provider.ts';

/** What a question is answered with. */
export interface Answered {
  readonly page: PlacesPage;
  /** The one page of the cache that it was made from; `undefined` where it was none, or several. */
  readonly cached: CachedPage | undefined;
}

/** There is no such place: an upstream that has none of these types is not asked. */
const NONE: PlacesPage = { html_attributions: [], results: [], status: 'ZERO_RESULTS' };

/**
 * Asks the cache in the way that makes most of what it has: with the upstream's own types, for one type after the
 * other where a call takes only one, and in no language where the answers have all of them.
 *
 * @returns the places: `bound` of them, or more where there are so many
 * @throws the signal's reason once it is aborted, and nothing else
 */
export async function askPages(
  pages: PageCache,
  traits: PlaceTraits,
  query: BoundedQuery,
  signal: AbortSignal,
): Promise<Answered> {
  const { types, language } = query.choices;
  const asked = distinctTypes(types.flatMap((type) => traits.typesFor(type)));
  if (types.length > 0 && asked.length === 0) return { page: NONE, cached: undefined };
  const choices = {
    ...query.choices,
    language: traits.languages === 'all' ? undefined : language,
  };
  const ask = (types: typeof asked): Promise<Answered> =>
    pages.nearby({ ...query, choices: { ...choices, types } }, signal);
  const answered =
    asked.length > 1 && traits.typesPerCall === 'one'
      ? await askEach(
          asked.map((type) => ask([type])),
          query,
        )
      : await ask(asked);
  if (traits.languages === 'asked') return answered;
  return { ...answered, page: inLanguage(answered.page, language) };
}

async function askEach(asked: Promise<Answered>[], query: BoundedQuery): Promise<Answered> {
  const answers = await Promise.all(asked);
  const page = mergePages(
    answers.map(({ page }) => page),
    query,
  );
  return { page, cached: undefined };
}
