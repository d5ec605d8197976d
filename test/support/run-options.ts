import { constants } from 'node:os';
import { parseArgs } from 'node:util';

/** A command line that cannot be understood. */
export class UsageError extends Error {
  readonly code = 'USAGE';
  override readonly name = 'UsageError';
}

/** Options that are numbers, with their defaults, and options that are texts. */
interface Known<N extends string, T extends string> {
  readonly numbers: Readonly<Record<N, number>>;
  readonly texts: readonly T[];
}

/**
 * Reads `--name value` options. Numbers are at least 0.
 *
 * @throws {UsageError}
 */
export function readOptions<N extends string, T extends string>(
  args: readonly string[],
  { numbers, texts }: Known<N, T>,
): Record<N, number> & Partial<Record<T, string>> {
  const names = [...Object.keys(numbers), ...texts];
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  const { values } = parse(args, options);
  const read: Record<string, number | string> = { ...numbers };
  for (const [name, text] of Object.entries(values)) {
    if (typeof text !== 'string') continue;
    read[name] = name in numbers ? parseNumber(name, text) : text;
  }
  return read as Record<N, number> & Partial<Record<T, string>>;
}

function parse(args: readonly string[], options: Record<string, { type: 'string' }>) {
  try {
    return parseArgs({ args: [...args], options });
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

function parseNumber(name: string, text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new UsageError(`--${name}: found ${text}, expected a number of at least 0`);
}

/**
 * Runs a program and sets its exit status: the one that it returns, 2 for a usage error, 1 for any other,
 * each reported in a line. Where a signal has set one, that stays.
 */
export async function runMain(
  name: string,
  main: (args: readonly string[]) => Promise<number>,
): Promise<void> {
  const status = await main(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof UsageError ? 2 : 1;
  });
  process.exitCode ??= status;
}

/** A seed for where none was asked for. */
export function anySeed(): number {
  return Math.floor(Math.random() * 0x1_0000_0000);
}

/** A signal that aborts when this process is asked to stop, so that what it started is ended first. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      process.exitCode = 128 + constants.signals[signal];
      controller.abort(new Error(`stopped by ${signal}`));
    });
  }
  return controller.signal;
}
