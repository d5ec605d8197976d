import { MAX_JSON_DEPTH } from './limits.ts';
import { Problem } from './problems.ts';

/*
 * JSON as it comes from outside. `JSON.parse` takes the last of two equal keys without a word, and makes
 * a binary number of digits that do not fit one; so the text is looked through first.
 */

const NUMBER = /-?\d[\d.eE+-]*/y;
const STRING = /"(?:[^"\\]|\\.)*"/sy;

/** No member's digits have to survive. */
export const NO_EXACT_MEMBERS: ReadonlySet<string> = new Set();

/** Keeps nothing from one text to the next, and takes longer to make than to use. */
const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** Decodes UTF-8. @throws {Problem} where it is not that */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return UTF_8.decode(bytes);
  } catch {
    throw new Problem('malformed-json', 'the body is not valid UTF-8');
  }
}

/**
 * Parses JSON (RFC 8259) that has no key twice in one object and no more than a bounded depth.
 *
 * @param exact the keys whose values become texts where they are numbers, so that each digit survives
 * @throws {Problem} with what was wrong, and where
 */
export function parseJson(text: string, exact: ReadonlySet<string>): unknown {
  const looked = new JsonLook(text, exact).run();
  try {
    const value: unknown = JSON.parse(looked);
    return value;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Problem('malformed-json', `the body is not valid JSON: ${reason}`);
  }
}

/** One look through a text that may be JSON, which finds what `JSON.parse` passes over. */
class JsonLook {
  readonly #text: string;
  readonly #exact: ReadonlySet<string>;
  /** The keys of each object that is open; `undefined` for an array. */
  readonly #open: (Set<string> | undefined)[] = [];
  /** Whether a string that comes now is a key, and the key whose value comes now. */
  #isKeyNext = false;
  #key = '';
  #at = 0;
  #out = '';
  /** Up to where the text is in `#out`. */
  #copied = 0;

  constructor(text: string, exact: ReadonlySet<string>) {
    this.#text = text;
    this.#exact = exact;
  }

  /** The text, with the exact numbers in quotes. */
  run(): string {
    const text = this.#text;
    while (this.#at < text.length) this.#step(text[this.#at] ?? '');
    return this.#out + text.slice(this.#copied);
  }

  #step(character: string): void {
    if (character === '"') return this.#string();
    if (character === '-' || (character >= '0' && character <= '9')) return this.#number();
    this.#at += 1;
    if (character === '{') this.#begin(new Set());
    else if (character === '[') this.#begin(undefined);
    else if (character === '}' || character === ']') {
      this.#open.pop();
      this.#isKeyNext = false;
    } else if (character === ',') this.#isKeyNext = this.#open.at(-1) !== undefined;
    else if (character === ':') this.#isKeyNext = false;
  }

  #begin(keys: Set<string> | undefined): void {
    this.#open.push(keys);
    this.#isKeyNext = keys !== undefined;
    if (this.#open.length <= MAX_JSON_DEPTH) return;
    const most = `at most ${MAX_JSON_DEPTH} arrays and objects within each other`;
    throw new Problem('malformed-json', `the body is too deep, expected ${most}`);
  }

  #string(): void {
    STRING.lastIndex = this.#at;
    const [quoted] = STRING.exec(this.#text) ?? [];
    // One without an end: `JSON.parse` says so.
    this.#at += quoted?.length ?? this.#text.length;
    if (quoted === undefined || !this.#isKeyNext) return;
    const key = unquote(quoted);
    if (key === undefined) return;
    const keys = this.#open.at(-1);
    if (keys?.has(key) === true) {
      throw new Problem('malformed-json', `the key ${JSON.stringify(key)} is there twice`);
    }
    keys?.add(key);
    this.#key = key;
  }

  #number(): void {
    NUMBER.lastIndex = this.#at;
    const [digits = '-'] = NUMBER.exec(this.#text) ?? [];
    const start = this.#at;
    this.#at += digits.length;
    if (!this.#exact.has(this.#key) || this.#open.at(-1) === undefined) return;
    if (!isNumber(digits)) return;
    this.#out += `${this.#text.slice(this.#copied, start)}"${digits}"`;
    this.#copied = this.#at;
  }
}

/** Whether a text is a number of JSON. */
function isNumber(text: string): boolean {
  return /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text);
}

function unquote(quoted: string): string | undefined {
  try {
    const key: unknown = JSON.parse(quoted);
    return typeof key === 'string' ? key : undefined;
  } catch {
    return undefined;
  }
}
