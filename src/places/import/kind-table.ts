import { MAX_KINDS, PlaceIndexError, type PlaceKind } from '../place-index/place-index.ts';

/** Numbers the kinds of places as they come: each list of types is one. */
export class KindTable {
  readonly kinds: PlaceKind[] = [];
  readonly #numbers = new Map<string, number>();

  /** @throws {PlaceIndexError} `INDEX_TOO_LARGE` */
  numberOf(types: readonly string[]): number {
    const key = types.join(' ');
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    if (this.kinds.length === MAX_KINDS) {
      throw new PlaceIndexError(
        'INDEX_TOO_LARGE',
        `there are more than ${MAX_KINDS} different lists of types: use fewer words`,
      );
    }
    this.#numbers.set(key, this.kinds.length);
    this.kinds.push({ types });
    return this.kinds.length - 1;
  }
}
