/** What a name of a server or a herd looks like, for messages. */
export const NAME_EXPECTED =
  'a name of 1 to 64 letters, digits, _ . or -, the first one no . or -, for example Riley';

/**
 * A name goes over protocols of lines and fields, is the name of a log file and of a folder, and an
 * argument: so no space, no `.` or `..`, and nothing that looks like an option.
 */
export const NAME_PATTERN = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;

/** Whether a text can be the name of a server or a herd. */
export function isName(text: string): boolean {
  return NAME_PATTERN.test(text);
}
