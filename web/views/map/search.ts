import type { NamedPlace } from './places.ts';

/** What a search finds. */
export type Found =
  | { readonly kind: 'client'; readonly client: string }
  | { readonly kind: 'place'; readonly place: NamedPlace };

/** The most that is shown of each kind. */
const MOST = 6;

/**
 * Clients and places whose name has the text in it: those that begin with it first. Places are given the largest first.
 */
export function search(
  text: string,
  clients: Iterable<string>,
  places: readonly NamedPlace[],
): Found[] {
  const wanted = fold(text);
  if (wanted === '') return [];
  const found = { begins: [] as Found[], contains: [] as Found[] };
  for (const client of clients) {
    const name = fold(client);
    if (name.startsWith(wanted)) found.begins.push({ kind: 'client', client });
    else if (name.includes(wanted)) found.contains.push({ kind: 'client', client });
    if (found.begins.length >= MOST) break;
  }
  const named = places.filter(({ name }) => fold(name).startsWith(wanted)).slice(0, MOST);
  return [
    ...[...found.begins, ...found.contains].slice(0, MOST),
    ...named.map((place): Found => ({ kind: 'place', place })),
  ];
}

/** Without accents and in small letters. */
function fold(text: string): string {
  return text.trim().normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
