/** The keys and list indices that lead to a value. */
export type Path = readonly (string | number)[];

/** Where a configuration comes from. */
export interface Source {
  /** The file as the user named it, or a substitute; for messages. */
  readonly name: string;
  /** The file's absolute path; `undefined` for the built-in configuration. */
  readonly file: string | undefined;
  /** The absolute path of the folder that relative paths are relative to. */
  readonly folder: string;
  /** The line of a value, or of the nearest thing around it; `undefined` where there are no lines. */
  lineOf(path: Path): number | undefined;
}

/** A configuration as it was read, not checked yet. */
export interface Reading {
  readonly source: Source;
  readonly value: unknown;
}
