import type { PlaceDetails } from '../details.ts';

/** A place as an input has it. */
export interface ImportedPlace {
  readonly id: string;
  readonly name: string;
  /** Decimal degrees (WGS 84). */
  readonly latitude: number;
  readonly longitude: number;
  readonly types: readonly string[];
  /** A whole number from 0 to 2^32 - 1. */
  readonly prominence: number;
  readonly vicinity: string;
  /** ISO 3166-1 alpha-2; empty where there is none. */
  readonly country: string;
  readonly details: PlaceDetails | undefined;
}

/** A place that cannot be imported. */
export interface InvalidPlace {
  /** Where it is: "line 7", "feature 3". */
  readonly where: string;
  /** What was wrong, and what was expected. */
  readonly fault: string;
}

/** What a reader of an input is given besides it. */
export interface ReadingHooks {
  /** Called for each place that cannot be imported. Throws where that ends the import. */
  readonly onInvalid: (invalid: InvalidPlace) => void;
  /** Called for what is good to know and no fault: columns that are not used. */
  readonly onNote: (note: string) => void;
  /** Called with how much has been read: `done` of `total` bytes, in a step of the reading. */
  readonly onRead: (progress: ReadingProgress) => void;
  readonly signal: AbortSignal;
}

/** How far the reading of an input is. */
export interface ReadingProgress {
  /** What is being read, in words. */
  readonly step: string;
  readonly doneBytes: number;
  /** `undefined` where nobody knows, as of a pipe. */
  readonly totalBytes: number | undefined;
}

/** Places of an input. */
export type PlaceReader = (path: string, hooks: ReadingHooks) => AsyncIterable<ImportedPlace>;
