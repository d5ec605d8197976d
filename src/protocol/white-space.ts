/*
 * Text on the wire is bytes. It is held in strings of one character a byte (latin1), so that what
 * a client sent can be copied back byte for byte whatever its encoding.
 */

const SEPARATOR = /[ \t\n\v\f\r]+/;
const VISIBLE = /[^ \t\n\v\f\r]/;

/** Whether `text` holds nothing but space, tab, LF, VT, FF and CR. */
export function isBlank(text: string): boolean {
  return !VISIBLE.test(text);
}

/** The fields of a line: what stands between runs of white space. A blank line has none. */
export function splitFields(line: string): string[] {
  const fields = line.split(SEPARATOR);
  if (fields[0] === '') fields.shift();
  if (fields.at(-1) === '') fields.pop();
  return fields;
}
