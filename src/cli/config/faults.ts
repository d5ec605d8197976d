import type { z } from 'zod';
import { didYouMean } from '../closest.ts';
import { CliError } from '../errors.ts';
import type { Path, Source } from './source.ts';
import { parseName } from './values.ts';

/** Something wrong with a configuration, and where. */
export interface Fault {
  readonly path: Path;
  readonly message: string;
}

/** A configuration that cannot be used. Every fault has a line of its own, in the order of the file. */
export class ConfigError extends CliError {
  constructor(source: Source, faults: readonly Fault[]) {
    const placed = faults.map((fault) => ({ ...fault, line: source.lineOf(fault.path) }));
    placed.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
    super(
      'CONFIG',
      placed.map(({ line, path, message }) =>
        [line === undefined ? source.name : `${source.name}:${line}`, formatPath(path), message]
          .filter((part) => part !== '')
          .join(': '),
      ),
    );
    this.name = 'ConfigError';
  }
}

/** `servers.Riley.clients`, `links[2]`. */
export function formatPath(path: Path): string {
  return path
    .map((step, i) =>
      typeof step === 'number' ? `[${step}]` : `${i === 0 ? '' : '.'}${word(step)}`,
    )
    .join('');
}

/** A name or a key of the file in a message: quoted where it is none, so that a line stays one. */
export function word(text: string): string {
  return parseName(text) ?? show(text);
}

/**
 * The faults that the schema finds in `value`. The messages of its issues say what was expected; that of
 * an unknown key lists the known ones (see schema.ts).
 *
 * @param base where in `value` the schema's paths begin
 */
export function schemaFaults(
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
  base: Path = [],
): Fault[] {
  return issues.flatMap((issue) => {
    const steps = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
    const path = [...base, ...steps];
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => unknownKey([...path, key], key, issue.message));
    }
    const found = path.reduce<unknown>(valueAt, value);
    const start = found === undefined ? 'missing' : `found ${show(found)}`;
    return [{ path, message: `${start}, expected ${issue.message}` }];
  });
}

function unknownKey(path: Path, key: string, known: string): Fault {
  const hint = didYouMean(key, known.split(', '));
  return { path, message: `unknown key${hint} (known here: ${known})` };
}

function valueAt(value: unknown, step: string | number): unknown {
  if (Array.isArray(value)) return value[Number(step)];
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, step)?.value;
}

/** The longest part of a wrong value that is shown. */
const SHOWN_CHARACTERS = 60;
/** A user and a password in a URL. */
const CREDENTIALS = /\/\/[^/?#@\s]*@/g;

function show(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') {
    return Object.keys(value).length === 0 ? 'an empty mapping' : 'a mapping';
  }
  const text = JSON.stringify(value).replaceAll(CREDENTIALS, '//***@');
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
