import { parseArgs } from 'node:util';

/** What the command line asks for. */
export interface Arguments {
  /** The benchmarks to run; none asks for the list of them. */
  readonly names: readonly string[];
  readonly pairs: number;
  /** The file that is to get the results. */
  readonly json: string | undefined;
}

/** Fewer pairs have no median to speak of. */
const LEAST_PAIRS = 5;
/** An hour and more for any benchmark: a larger number is a slip. */
const MOST_PAIRS = 1_000;

/** A command line that cannot be understood. */
export class UsageError extends Error {
  readonly code = 'USAGE';
  override readonly name = 'UsageError';
}

/** Reads the arguments. Throws `UsageError`. */
export function parseArguments(args: readonly string[], known: readonly string[]): Arguments {
  const { values, positionals } = parse(args);
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`no benchmark ${unknown} (the benchmarks are ${known.join(', ')})`);
  }
  const pairs = Number(values.pairs);
  if (!/^\d+$/.test(values.pairs) || pairs < LEAST_PAIRS || pairs > MOST_PAIRS) {
    const expected = `a whole number from ${LEAST_PAIRS} to ${MOST_PAIRS}`;
    throw new UsageError(`--pairs: found ${values.pairs}, expected ${expected}`);
  }
  return { names: positionals, pairs, json: values.json };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        pairs: { type: 'string', default: String(LEAST_PAIRS) },
        json: { type: 'string' },
      },
      allowPositionals: true,
    });
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
