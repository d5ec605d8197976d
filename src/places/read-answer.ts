import type { z } from 'zod';

import type { HideKey } from './hide-key.ts';
import { badAnswer } from './upstream-error.ts';

/** How much of an answer an operator is shown, in characters: enough to recognise it. */
const EXCERPT_CHARACTERS = 300;

/** How much of a page of HTML is looked at for its text, in characters. */
const HTML_CHARACTERS = 4_000;

/**
 * Reads JSON, without the key in any of its texts.
 *
 * @throws {UpstreamError} where it is not JSON
 */
export function parseJson(text: string, hideKey: HideKey): unknown {
  try {
    const hidden = hideKey(text);
    const json: unknown = JSON.parse(hidden);
    // Rewritten without needless escapes, which could hide a key. What is nested too deep for the
    // stack shows here as well, and not where it is read.
    const plain = JSON.stringify(json);
    if (hideKey(plain) === plain) return json;
    return JSON.parse(hidden, (_name, value: unknown) =>
      typeof value === 'string' ? hideKey(value) : value,
    );
  } catch {
    throw badAnswer("The upstream's answer is not JSON.", excerptOf(hideKey(text)));
  }
}

/**
 * Checks that an answer has the shape that it should have.
 *
 * @param what its name, for the message: "a Nearby Search"
 * @throws {UpstreamError} where it does not; its detail says where, and what is there instead
 */
export function checkShape<T>(schema: z.ZodType<T>, json: unknown, what: string): T {
  const { data, error } = schema.safeParse(json);
  if (error === undefined) return data;
  const [issue] = error.issues;
  throw badAnswer(
    `The upstream's answer is not in the shape of ${what}.`,
    issue && `${issue.path.join('.')}: ${issue.message}, found ${found(json, issue.path)}`,
  );
}

function found(json: unknown, path: readonly PropertyKey[]): string {
  const value = path.reduce<unknown>(
    (parent, name) =>
      typeof parent === 'object' && parent !== null ? Reflect.get(parent, name) : undefined,
    json,
  );
  return value === undefined ? 'nothing' : cut(JSON.stringify(value));
}

/** What a text begins with, for an operator; of a page of HTML, its text. */
export function excerptOf(text: string): string {
  const shown = text.startsWith('<')
    ? text.slice(0, HTML_CHARACTERS).replaceAll(/<[^>]*>/g, ' ')
    : text;
  return `It says ${JSON.stringify(cut(shown.replaceAll(/\s+/g, ' ').trim()))}.`;
}

function cut(text: string): string {
  return text.length > EXCERPT_CHARACTERS ? `${text.slice(0, EXCERPT_CHARACTERS)}…` : text;
}
