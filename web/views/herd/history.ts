/** What there is a chart of. */
export type Measure = 'reports' | 'replies' | 'lag' | 'memoryBytes';

/** The last minutes of all servers: the answer of `GET /v1/herd/history`. */
export interface HerdHistory {
  /** RFC 3339, the oldest first. */
  readonly times: readonly string[];
  /** Of each time a number; `null`: unknown. */
  readonly servers: readonly ({ readonly server: string } & {
    readonly [M in Measure]: readonly (number | null)[];
  })[];
}

/** The points of a chart: seconds since 1970, and a number for each; `null`: a gap. */
export interface Points {
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
}

/** What there is to draw of a server. */
export function pointsOf(known: HerdHistory, server: string, measure: Measure): Points {
  const times = known.times.map((time) => Date.parse(time) / 1000);
  const values = known.servers.find((each) => each.server === server)?.[measure];
  return { times, values: values ?? times.map(() => null) };
}

/** What a chart says in words: the last number, and the greatest. */
export function summaryOf({ values }: Points): {
  readonly last: number | undefined;
  readonly most: number;
} {
  const known = values.filter((value) => value !== null);
  return { last: values.at(-1) ?? undefined, most: Math.max(0, ...known) };
}
