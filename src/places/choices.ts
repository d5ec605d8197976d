import type { PlaceType } from './place-types.ts';

/** What may come first: what is known best, or what is nearest. */
export type Rank = 'prominence' | 'distance';

export const RANKS = ['prominence', 'distance'] as const satisfies readonly Rank[];

/** The most types of one question: some upstreams take one call for each. */
export const MAX_TYPES = 10;

/** What may be chosen of the places around a point, whatever provider they come from. */
export interface PlaceChoices {
  readonly rank: Rank;
  /** Only places of at least one of these types, each once and in the order of the alphabet; none: all. */
  readonly types: readonly PlaceType[];
  /** The language of names and addresses (BCP 47); `undefined` is the provider's choice. */
  readonly language: string | undefined;
}

/** What is chosen where nothing else is said. */
export const DEFAULT_CHOICES: PlaceChoices = { rank: 'prominence', types: [], language: undefined };

/** Choices, some of which are left to the configuration. */
export type WantedChoices = {
  readonly [Name in keyof PlaceChoices]: PlaceChoices[Name] | undefined;
};

/** Each type once, in the order of the alphabet. */
export function distinctTypes(types: readonly PlaceType[]): PlaceType[] {
  return [...new Set(types)].sort();
}

/** Whether two lists of types, each as `distinctTypes` has it, are the same. */
export function areSameTypes(a: readonly PlaceType[], b: readonly PlaceType[]): boolean {
  return a.length === b.length && a.every((type, i) => type === b[i]);
}

/** What was wrong, for programs. */
export type ChoicesErrorCode =
  /** The upstream puts the nearest first only among places of some types. */
  'TYPES_NEEDED';

/**
 * What was chosen is nothing that the provider can answer.
 *
 * @example
 * ```ts
 * await search.find({ ...circle, rank: 'distance' }); // throws with google-legacy, which needs types for it
 * ```
 */
export class ChoicesError extends Error {
  override readonly name = 'ChoicesError';
  readonly code: ChoicesErrorCode;

  constructor(code: ChoicesErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
