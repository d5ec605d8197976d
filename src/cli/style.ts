const ESCAPE = '\x1b[';

/** How text stands out on a terminal. Elsewhere each of these returns the text as it is. */
export interface Style {
  dim(text: string): string;
  bold(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
}

/** Whether a stream is a terminal that shows colours, and nobody has asked for none (https://no-color.org). */
export function hasColour(
  stream: { readonly isTTY?: boolean },
  environment: NodeJS.ProcessEnv,
): boolean {
  const { NO_COLOR = '', TERM } = environment;
  return stream.isTTY === true && NO_COLOR === '' && TERM !== 'dumb';
}

export function styleOf(isColoured: boolean): Style {
  const within =
    (code: number, end: number) =>
    (text: string): string =>
      isColoured ? `${ESCAPE}${code}m${text}${ESCAPE}${end}m` : text;
  return {
    bold: within(1, 22),
    dim: within(2, 22),
    red: within(31, 39),
    green: within(32, 39),
    yellow: within(33, 39),
  };
}

/** Characters that would steer a terminal: C0, DEL and C1. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\0-\x1f\x7f-\x9f]/g;

/** A text of somebody else's with its control characters as `\xHH`: what is printed must not steer a terminal. */
export function visible(text: string): string {
  return text.replace(
    CONTROL,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
