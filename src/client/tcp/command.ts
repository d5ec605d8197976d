import { ByteWriter } from '../../protocol/byte-writer.ts';
import { CLIENT_EXPECTED, parseClientId } from '../../protocol/client-id.ts';
import { redactTokens } from '../../protocol/redact-tokens.ts';
import { shortestFormat, writeReport } from '../../protocol/report.ts';
import { InvalidArgumentError } from '../errors.ts';
import type { FixedReport } from '../fixed-report.ts';

const E7 = 10_000_000;
const REPORT = 'IAMAT ';
const QUESTION = 'WHATSAT ';
/** What the protocol allows. */
const MAX_RADIUS_M = 50_000;
const MAX_PLACES = 20;
/** Room for most commands; the writer grows for longer ones. */
const SCRATCH_BYTES = 256;

/** A command as it is sent, and what its reply is recognised by. Texts have one character a byte. */
export interface Command {
  readonly kind: 'report' | 'question';
  /** Without its LF. */
  readonly line: string;
  /** Of a report `client position time`, of a question the client: the end of its `AT` line, or a part of that. */
  readonly key: string;
  /** The line as a refusal may have it, where that is another text: without what looks like a token. */
  readonly redacted: string | undefined;
  /**
   * Commands of one lane have replies that could be taken for each other's, so they are in flight together only
   * where they are the same. `undefined`: no reply of another command could be taken for this one's.
   */
  readonly lane: string | undefined;
}

/** Which places a question asks for. */
export interface Question {
  /** How far from the client, in metres: above 0, at most 50,000. */
  readonly radiusM: number;
  /** The most places, 1 to 20. */
  readonly limit: number;
}

/** IDs that need no escape, as nearly all. */
const PLAIN = /^(?!base64:)[!-~]{1,64}$/;

const scratch = new ByteWriter(SCRATCH_BYTES);

/** The command that reports a location. @throws {InvalidArgumentError} where a client of that ID cannot be named */
export function reportCommand({ client, latitude, longitude, time }: FixedReport): Command {
  const [latitudeE7, longitudeE7] = [Math.round(latitude * E7), Math.round(longitude * E7)];
  const format = shortestFormat(latitudeE7, longitudeE7, time.nanoseconds);
  scratch.length = 0;
  writeReport(scratch, format, latitudeE7, longitudeE7, time.seconds, time.nanoseconds);
  const name = clientText(client);
  const fields = ` ${scratch.bytes.toString('latin1', 0, scratch.length)}`;
  const redactedName = redactedOf(name);
  const redacted = redactedName && REPORT + redactedName + fields;
  const key = name + fields;
  return { kind: 'report', line: REPORT + key, key, redacted, lane: redacted };
}

/** The command that asks for places near a client. @throws {InvalidArgumentError} */
export function questionCommand(client: string, { radiusM, limit }: Question): Command {
  const key = clientText(client);
  const radius = radiusText(radiusM);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PLACES) {
    throw new InvalidArgumentError(`limit: found ${limit}, expected 1 to ${MAX_PLACES}`);
  }
  const fields = ` ${radius} ${limit}`;
  const redactedName = redactedOf(key);
  const redacted = redactedName && QUESTION + redactedName + fields;
  return {
    kind: 'question',
    line: QUESTION + key + fields,
    key,
    redacted,
    lane: redactedName ?? key,
  };
}

function clientText(client: string): string {
  if (PLAIN.test(client)) return client;
  const bytes = parseClientId(client);
  if (bytes !== undefined) return bytes.toString('latin1');
  throw new InvalidArgumentError(`client: expected ${CLIENT_EXPECTED}`);
}

/** A radius in kilometres, in digits: `String` writes small numbers with an exponent, which the protocol does not have. */
function radiusText(radiusM: number): string {
  const digits = (radiusM / 1000).toFixed(6).replace(/\.?0+$/, '');
  if (radiusM > 0 && radiusM <= MAX_RADIUS_M && digits !== '0') return digits;
  throw new InvalidArgumentError(
    `radiusM: found ${radiusM}, expected more than 0, at most ${MAX_RADIUS_M}`,
  );
}

/** A client's ID without what looks like a token, where there is such a thing. */
function redactedOf(name: string): string | undefined {
  if (!name.includes('_')) return undefined; // which each token has
  const redacted = redactTokens(name);
  return redacted === name ? undefined : redacted;
}
