import { parseDuration } from './config/values.ts';
import { CliError } from './errors.ts';

/* The values of options, from their text. Errors name the option, what was found and what was expected. */

/** A whole number from 1 on. @throws {CliError} code USAGE */
export function wholeNumber(name: string, text: string, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= most) return value;
  throw usage(`found --${name} ${text}, expected a whole number from 1 to ${most}`);
}

/** A number above 0. @throws {CliError} code USAGE */
export function positive(name: string, text: string, most: number): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (value > 0 && value <= most) return value;
  throw usage(`found --${name} ${text}, expected a number above 0, at most ${most}`);
}

/** A share from 0 to 99 %. @throws {CliError} code USAGE */
export function percent(name: string, text: string): number {
  const [, digits] = /^(\d+(?:\.\d+)?)%?$/.exec(text) ?? [];
  const value = Number(digits);
  if (value <= 99) return value;
  throw usage(`found --${name} ${text}, expected a share in per cent from 0 to 99`);
}

/** A duration above 0, in milliseconds. @throws {CliError} code USAGE */
export function time(name: string, text: string): number {
  const ms = parseDuration(text) ?? 0;
  if (ms > 0) return ms;
  throw usage(`found --${name} ${text}, expected a duration such as 500ms or 10s`);
}

/** A value that is none. */
export function usage(what: string): CliError {
  return new CliError('USAGE', [what]);
}
