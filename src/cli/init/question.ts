import { word } from '../config/faults.ts';
import { CliError } from '../errors.ts';

/** Something that has to be known, from a flag, a terminal or a default. */
export interface Question<T> {
  /** As it is asked at a terminal. */
  readonly text: string;
  /** The flag that answers it. */
  readonly flag: string;
  /** What is taken where nothing is said; `undefined`: it has to be said. */
  readonly suggestion: string | undefined;
  /** What an answer looks like, for messages. */
  readonly expected: string;
  /** @returns `undefined` where a text is no answer */
  parse(text: string): T | undefined;
}

/** Asks at a terminal, again until there is an answer. */
export type Ask = <T>(question: Question<T>, isHidden?: boolean) => Promise<T>;

/**
 * The answer to a question: of its flag, else of the terminal, else what is suggested.
 *
 * @param said what the flag says
 * @param ask `undefined` where nobody can be asked
 * @throws {CliError} `USAGE` where the flag says something else than expected, or there is no answer
 */
export async function answerTo<T>(
  question: Question<T>,
  said: string | undefined,
  ask: Ask | undefined,
): Promise<T> {
  const { flag, suggestion, expected } = question;
  if (said === undefined && ask !== undefined) return ask(question);
  const text = said ?? suggestion;
  const answer = text === undefined ? undefined : question.parse(text);
  if (answer !== undefined) return answer;
  const found = text === undefined ? `${flag} is missing` : `found ${flag} ${word(text)}`;
  throw new CliError('USAGE', [`${found}, expected ${expected}`]);
}
