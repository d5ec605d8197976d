import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface Arguments {
  /** The benchmarks to run; none asks for the list of them. */
  readonly names: readonly string[];
  readonly pairs: number;
  /** Whether the benchmarks are only tried out: one pair each or as many as wanted, with little work. */
  readonly quick: boolean;
  /** The file that is to get the results. */
  readonly json: string | undefined;
  /** The file that is to get them as a table in Markdown. */
  readonly markdown: string | undefined;
}

/** Fewer pairs have no median to speak of. */
const LEAST_PAIRS = 5;
/** An hour and more for any benchmark: a larger number is a slip. */
const MOST_PAIRS = 1_000;

/** Stands for all benchmarks. */
const ALL = 'all';

/** A command line that cannot be understood. */
export class UsageError extends Error {
  readonly code = 'USAGE';
  override readonly name = 'UsageError';
}

/** Reads the arguments. Throws `UsageError`. */
export function parseArguments(args: readonly string[], known: readonly string[]): Arguments {
  const { values, positionals } = parse(args);
  const unknown = positionals.find((name) => name !== ALL && !known.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(
      `no benchmark ${unknown} (the benchmarks are ${known.join(', ')}, or ${ALL})`,
    );
  }
  const pairs = parsePairs(values.pairs, values.quick ? 1 : LEAST_PAIRS);
  const names = positionals.includes(ALL) ? known : positionals;
  const { quick, json, markdown } = values;
  return { names, pairs, quick, json, markdown };
}

function parsePairs(text: string | undefined, least: number): number {
  if (text === undefined) return least;
  const pairs = Number(text);
  if (/^\d+$/.test(text) && pairs >= least && pairs <= MOST_PAIRS) return pairs;
  const expected = `a whole number from ${least} to ${MOST_PAIRS}`;
  throw new UsageError(`--pairs: found ${text}, expected ${expected}`);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        pairs: { type: 'string' },
        quick: { type: 'boolean', default: false },
        json: { type: 'string' },
        markdown: { type: 'string' },
      },
      allowPositionals: true,
    });
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
