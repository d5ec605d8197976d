import type { NamedPlace } from './places.ts';

/** What a search finds. */
export type Found =
  | { readonly kind: 'client'; readonly client: string; readonly name: string }
  | { readonly kind: 'place'; readonly place: NamedPlace };

/** A client, and what it is called. */
export interface NamedClient {
  readonly client: string;
  readonly name: string;
}

/** The most that is shown of each kind. */
const MOST = 6;

/**
 * Clients whose name or ID has the text in it, and places whose name begins with it: those clients that begin with it first. Places are given the largest first.
 */
export function search(
  text: string,
  clients: Iterable<NamedClient>,
  places: readonly NamedPlace[],
): Found[] {
  const wanted = fold(text);
  if (wanted === '') return [];
  const found = { begins: [] as Found[], contains: [] as Found[] };
  for (const { client, name } of clients) {
    const texts = name === client ? [fold(client)] : [fold(name), fold(client)];
    const each: Found = { kind: 'client', client, name };
    if (texts.some((text) => text.startsWith(wanted))) found.begins.push(each);
    else if (texts.some((text) => text.includes(wanted))) found.contains.push(each);
    if (found.begins.length >= MOST) break;
  }
  const named = places.filter(({ name }) => fold(name).startsWith(wanted)).slice(0, MOST);
  return [
    ...[...found.begins, ...found.contains].slice(0, MOST),
    ...named.map((place): Found => ({ kind: 'place', place })),
  ];
}

/** How a text may be written in an ID: as it is, in small letters, in capitals, and with a capital at its beginning. */
export function spellingsOf(text: string): readonly string[] {
  const small = text.toLowerCase();
  const [first = ''] = small;
  const capitalized = `${first.toUpperCase()}${small.slice(first.length)}`;
  return [...new Set([text, small, text.toUpperCase(), capitalized])];
}

/** Without accents and in small letters. */
function fold(text: string): string {
  return text.trim().normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
