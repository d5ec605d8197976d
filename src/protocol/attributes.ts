/*
 * What a record says of its client beside where it is: `accuracyM=12.5;charging=true;network="wifi"`. Each
 * set of attributes has one text: ASCII without spaces, in the order of the names, to be read with
 * tcpdump. It goes over links and into the journal behind a record's `AT` line, and never to a client of
 * the text protocol.
 */

type AttributeValue = number | boolean | string;

/** What may be known of a fix, in SI units. What is not known is left out, or `undefined`. */
export interface KnownAttributes {
  /** The radius in metres around the position in which the client is. */
  readonly accuracyM?: number | undefined;
  /** Metres above the ellipsoid or the sea, as the app has it. */
  readonly altitudeM?: number | undefined;
  /** Metres a second. */
  readonly speedMps?: number | undefined;
  /** Degrees from north over east, 0 to 360. */
  readonly courseDeg?: number | undefined;
  /** 0 to 100. */
  readonly batteryPercent?: number | undefined;
  readonly charging?: boolean | undefined;
}

/** A record's attributes. */
export interface Attributes extends KnownAttributes {
  /** What else an app says: see `MAX_ATTRIBUTES` and `MAX_ATTRIBUTES_BYTES`. */
  readonly [name: string]: AttributeValue | undefined;
}

/** The most attributes of a record: those that have a meaning here, and ten that an app has of its own. */
export const MAX_ATTRIBUTES = 16;
/**
 * The most bytes of a record's attributes as text. The six that have a meaning here take about 110; each
 * server of a herd keeps them of every client.
 */
export const MAX_ATTRIBUTES_BYTES = 512;

/** A name: also that of a property in JSON and of a variable in most languages. */
const NAME = /^[a-z][A-Za-z0-9]{0,31}$/;
const NAME_EXPECTED = 'a name of 1 to 32 letters and digits that begins with a small letter';
const LONE_SURROGATE = /\p{Cs}/u;

/** What the values of attributes that have a meaning here can be. */
interface Meaning {
  readonly expected: string;
  readonly isRight: (value: AttributeValue) => boolean;
}

const MEANINGS: ReadonlyMap<string, Meaning> = new Map([
  ['accuracyM', numberFrom(0, Infinity)],
  ['altitudeM', numberFrom(-Infinity, Infinity)],
  ['speedMps', numberFrom(0, Infinity)],
  ['courseDeg', numberFrom(0, 360)],
  ['batteryPercent', numberFrom(0, 100)],
  ['charging', { expected: 'true or false', isRight: (value) => typeof value === 'boolean' }],
]);

function numberFrom(least: number, most: number): Meaning {
  const from = least === -Infinity ? '' : ` from ${least}`;
  const to = most === Infinity ? '' : ` to ${most}`;
  return {
    expected: `a finite number${from}${to}`,
    isRight: (value) => typeof value === 'number' && value >= least && value <= most,
  };
}

/** Attributes are not what a record can have. */
export class AttributeError extends Error {
  override readonly name = 'AttributeError';
  readonly code = 'ATTRIBUTE_INVALID';
  /** Which; `undefined` where it is all of them together. */
  readonly attribute: string | undefined;

  constructor(attribute: string | undefined, found: string, expected: string) {
    const what = attribute === undefined ? 'attributes' : `attribute ${attribute}`;
    super(`${what}: found ${found}, expected ${expected}`);
    this.attribute = attribute;
  }
}

/**
 * The text of attributes; empty where there are none.
 *
 * @throws {AttributeError} where a record cannot have them
 */
export function encodeAttributes(attributes: Attributes): string {
  const names = Object.keys(attributes).filter((name) => attributes[name] !== undefined);
  if (names.length > MAX_ATTRIBUTES) {
    throw new AttributeError(undefined, `${names.length}`, `at most ${MAX_ATTRIBUTES}`);
  }
  const parts = names.sort().map((name) => {
    const value = attributes[name] ?? '';
    requireUsable(name, value);
    return `${name}=${encodeValue(value)}`;
  });
  const text = parts.join(';');
  if (text.length > MAX_ATTRIBUTES_BYTES) {
    const most = `at most ${MAX_ATTRIBUTES_BYTES}`;
    throw new AttributeError(undefined, `${text.length} bytes of text`, most);
  }
  return text;
}

/** Reads a text of attributes; `undefined` where `encodeAttributes` writes none like it. */
export function decodeAttributes(text: string): Attributes | undefined {
  if (text === '') return {};
  if (text.length > MAX_ATTRIBUTES_BYTES) return undefined;
  const attributes: Record<string, AttributeValue> = {};
  for (const part of text.split(';')) {
    const equals = part.indexOf('=');
    const value = decodeValue(part.slice(equals + 1));
    if (equals < 1 || value === undefined) return undefined;
    attributes[part.slice(0, equals)] = value;
  }
  return isTextOf(text, attributes) ? attributes : undefined;
}

function isTextOf(text: string, attributes: Attributes): boolean {
  try {
    return encodeAttributes(attributes) === text;
  } catch (error) {
    if (error instanceof AttributeError) return false;
    throw error;
  }
}

function requireUsable(name: string, value: AttributeValue): void {
  const shown = JSON.stringify(value);
  if (!NAME.test(name)) throw new AttributeError(undefined, JSON.stringify(name), NAME_EXPECTED);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new AttributeError(name, String(value), 'a finite number');
  }
  if (typeof value === 'string' && LONE_SURROGATE.test(value)) {
    throw new AttributeError(name, shown, 'a text without halves of surrogate pairs');
  }
  const meaning = MEANINGS.get(name);
  if (meaning?.isRight(value) === false) throw new AttributeError(name, shown, meaning.expected);
}

/** Numbers as JSON has them, so the shortest text that says them exactly. */
function encodeValue(value: AttributeValue): string {
  return typeof value === 'string' ? `"${encodeURIComponent(value)}"` : String(value);
}

function decodeValue(text: string): AttributeValue | undefined {
  if (text === 'true') return true;
  if (text === 'false') return false;
  if (!text.startsWith('"')) return text === '' ? undefined : Number(text);
  try {
    return decodeURIComponent(text.slice(1, -1));
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
