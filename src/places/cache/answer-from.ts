import { areSameTypes, type PlaceChoices } from '../choices.ts';
import type { Place, PlacesPage, PlaceTraits } from '../provider.ts';
import type { CachedPage, Circle } from './cached-page.ts';
import { chordSquared, chordUnder, metresBetween } from './sphere.ts';

/** Within this share of the radius a place may be on either side of the edge, as it is rounded. */
const EDGE_SHARE = 1e-6;

/** By what rules a page may answer another question than its own. */
export interface AnswerRules extends Pick<PlaceTraits, 'ranking' | 'tellsTypes'> {
  /** How much of its radius the asker's circle may stick out of the cached one, from 0 to below 1. */
  readonly tolerance: number;
}

/** How a page's types fit those that are asked for: they are the same, or the page has others as well. */
type TypesFit = 'same' | 'more';

/** A page and a question, and how they fit. */
interface Pair {
  readonly cached: CachedPage;
  readonly asked: Circle;
  readonly rules: AnswerRules;
  readonly fit: TypesFit;
  readonly isSameRank: boolean;
  /** From the one centre to the other, in metres. */
  readonly moved: number;
  /** How far the asker's circle may stick out, in metres. */
  readonly slack: number;
}

/** A place that lies in the asker's circle, and how far from its centre. */
interface Inside {
  readonly place: Place;
  readonly metres: number;
}

/**
 * What a cached page says to a question, or `undefined` where it cannot be answered from it.
 *
 * The page has to be of the language and of the types that are asked for, or of more types. The asker's circle
 * may stick out of the cached one by the tolerance. Then either
 * - the page is whole there: it has all places of the asker's circle. They are sorted again, by distance or by
 *   prominence, and those of other types are left out;
 * - or the nearest are asked for, and enough of them lie where the page is whole;
 * - or the page was asked for the same types by prominence, and has enough places in the asker's circle. Those
 *   are the right ones, since a place that it lacks ranks after all that it has, here as there;
 * - or it was asked for the same in the same circle but for the tolerance: what is left of it has to do.
 *
 * So each place that a fresh answer would have and this one has not lies within `tolerance` of the
 * radius of the edge of the asker's circle, or would take the place of one that lies that near
 * outside it. With a tolerance of 0 none is missing. None lies outside the asker's circle.
 *
 * Where nearness counts, a page that is not whole says little of another point than its own.
 */
export function answerFrom(
  cached: CachedPage,
  asked: Circle,
  rules: AnswerRules,
): PlacesPage | undefined {
  const { radiusMetres, choices } = asked.query;
  const fit = typesFit(cached.query.choices, choices, rules);
  if (fit === undefined) return undefined;
  const isSameRank = cached.query.choices.rank === choices.rank;
  const moved = metresBetween(cached.centre, asked.centre);
  const isSame = moved === 0 && radiusMetres === cached.query.radiusMetres && isSameRank;
  if (isSame && fit === 'same') return cached.page;

  const slack = rules.tolerance * radiusMetres;
  const pair: Pair = { cached, asked, rules, fit, isSameRank, moved, slack };
  const results = placesFor(pair);
  if (results === undefined) return undefined;
  return {
    html_attributions: cached.page.html_attributions,
    results,
    status: results.length === 0 ? 'ZERO_RESULTS' : 'OK',
  };
}

function typesFit(
  cached: PlaceChoices,
  asked: PlaceChoices,
  { tellsTypes }: AnswerRules,
): TypesFit | undefined {
  if (cached.language !== asked.language) return undefined;
  if (areSameTypes(cached.types, asked.types)) return 'same';
  const hasAll = asked.types.length > 0 && asked.types.every((type) => cached.types.includes(type));
  return tellsTypes && (cached.types.length === 0 || hasAll) ? 'more' : undefined;
}

function placesFor(pair: Pair): Place[] | undefined {
  const { cached, asked, fit, isSameRank, moved, slack } = pair;
  const { wholeRadiusMetres } = cached;
  const isWhole =
    wholeRadiusMetres > 0 && moved + asked.query.radiusMetres - wholeRadiusMetres <= slack;
  if (isWhole) return fromWhole(pair);
  if (!isSameRank) return undefined;
  if (asked.query.choices.rank === 'distance') return fromNearest(pair);
  return fit === 'same' ? fromBest(pair) : undefined;
}

/** From a page that has all places of the asker's circle: in the order that was asked for, where it can be made. */
function fromWhole(pair: Pair): Place[] | undefined {
  const { asked, rules, isSameRank, moved } = pair;
  const inside = placesInside(pair);
  if (asked.query.choices.rank === 'distance') return nearestFirst(inside);
  if (inside.every(({ place }) => place.prominence !== undefined)) {
    inside.sort((a, b) => prominenceOf(b) - prominenceOf(a) || a.metres - b.metres);
    return inside.map(({ place }) => place);
  }
  const isInOrder =
    isSameRank &&
    (rules.ranking === 'prominence' || moved <= rules.tolerance * asked.query.radiusMetres);
  return isInOrder || inside.length <= 1 ? inside.map(({ place }) => place) : undefined;
}

/** From a page of the nearest: it has all that are nearer to its own point than its last one. */
function fromNearest(pair: Pair): Place[] | undefined {
  const { cached, asked, rules, fit, moved } = pair;
  const knownMetres = cached.wholeRadiusMetres - moved;
  // In a city a question may lie in the circles of thousands of pages, and the places of most are not near it.
  if (knownMetres < 0) return undefined;
  const inside = placesInside(pair);
  const near = inside.filter(({ metres }) => metres <= knownMetres);
  if (near.length >= asked.query.bound) return nearestFirst(near);
  const isSamePoint = moved <= rules.tolerance * cached.wholeRadiusMetres;
  return fit === 'same' && isSamePoint && isSameCircle(pair) ? nearestFirst(inside) : undefined;
}

/** From a page of the most prominent places, which are not all. */
function fromBest(pair: Pair): Place[] | undefined {
  const { cached, asked, rules, moved, slack } = pair;
  const { bound, radiusMetres } = asked.query;
  if (moved + radiusMetres - cached.query.radiusMetres > slack) return undefined;
  if (isSameCircle(pair)) {
    const isInOrder = rules.ranking === 'prominence' || moved <= rules.tolerance * reachOf(cached);
    return isInOrder ? placesInside(pair).map(({ place }) => place) : undefined;
  }
  if (rules.ranking === 'both' || !hasWithin(bound, cached, asked)) return undefined;
  const inside = placesInside(pair).map(({ place }) => place);
  return inside.length < bound ? undefined : inside;
}

/** Whether neither circle sticks out of the other one by more than the tolerance. */
function isSameCircle({ cached, asked, moved, slack }: Pair): boolean {
  return moved + Math.abs(asked.query.radiusMetres - cached.query.radiusMetres) <= slack;
}

/** How far the places of a page reach, in metres: in a city that is not far, whatever the radius. */
function reachOf({ centre, points }: CachedPage): number {
  return Math.max(...points.map((point) => metresBetween(centre, point)));
}

function prominenceOf({ place }: Inside): number {
  return place.prominence ?? 0;
}

function nearestFirst(inside: Inside[]): Place[] {
  return inside.sort((a, b) => a.metres - b.metres).map(({ place }) => place);
}

/**
 * Whether at least so many of a page's places lie in a circle, but for a place on its edge. In a city a
 * question may lie in the circles of thousands of pages: this takes a tenth of what it takes to find them.
 */
function hasWithin(count: number, { points }: CachedPage, { query, centre }: Circle): boolean {
  const reachSquared = chordUnder(query.radiusMetres * (1 + EDGE_SHARE)) ** 2;
  let found = 0;
  for (const point of points) {
    if (chordSquared(point, centre) <= reachSquared && ++found >= count) return true;
  }
  return false;
}

/** The places of a page that lie in the asker's circle and are of a type that is asked for. */
function placesInside({ cached: { page, points }, asked: { query, centre }, fit }: Pair): Inside[] {
  const { types } = query.choices;
  return page.results.flatMap((place, i) => {
    const point = points[i];
    const metres = point === undefined ? Infinity : metresBetween(point, centre);
    const isOfType = fit === 'same' || types.some((type) => place.types.includes(type));
    return metres <= query.radiusMetres && isOfType ? [{ place, metres }] : [];
  });
}
