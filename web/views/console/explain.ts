/* What replies of the text protocol say, in words. The exact bytes stand beside it. */

/** A decimal number, as `WHATSAT` has it. */
const DECIMAL = /^\d+(\.\d*)?$|^\.\d+$/;
const WHOLE = /^\d+$/;
const TIME = /^\d+(\.\d{1,9})?$/;
/** Degrees, or degrees with minutes and seconds by their digits; altitude and CRS as the standard has them. */
const POSITION = /^[+-]\d{2,6}(\.\d*)?[+-]\d{3,7}(\.\d*)?([+-]\d+(\.\d*)?)?(CRS[^/]*)?\/?$/;
const DECIMAL_POSITION = /^[+-]\d{1,2}(\.\d*)?[+-]\d{1,3}(\.\d*)?\/?$/;

/** The fields of an `AT` line. */
export interface AtLine {
  readonly server: string;
  /** Receipt minus the client's time, in seconds, as it was sent. */
  readonly skew: string;
  readonly client: string;
  /** When the server received it, in milliseconds since 1970. */
  readonly receivedMs: number;
}

/** Reads an `AT` line, of one character a byte; `undefined` where it is none. */
export function readAtLine(reply: string): AtLine | undefined {
  const [line = ''] = reply.split('\n', 1);
  const [name, server, skew, client, , time] = line.split(' ');
  if (name !== 'AT' || server === undefined || skew === undefined) return undefined;
  if (client === undefined || time === undefined) return undefined;
  return { server, skew, client, receivedMs: (Number(time) + Number(skew)) * 1000 };
}

/** The JSON of a reply to `WHATSAT`, indented by two; `undefined` where there is none. */
export function readPlaces(bytes: Uint8Array): { json: string; count: number } | undefined {
  const start = bytes.indexOf(0x0a) + 1;
  if (start === 0) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(start)));
    const results: unknown =
      typeof value === 'object' && value !== null && 'results' in value ? value.results : [];
    const count = Array.isArray(results) ? results.length : 0;
    return { json: JSON.stringify(value, undefined, 2), count };
  } catch {
    return undefined; // more than one reply, or none with places
  }
}

/** Why a command was answered with a question mark, as far as it can be seen from here. */
export function explainRefusal(command: string): string {
  const fields = command.split(/[ \t\r\n\f\v]+/).filter(Boolean);
  const [name = '', , ...rest] = fields;
  if (name === 'IAMAT') return explainIamat(fields.length, rest);
  if (name === 'WHATSAT') return explainWhatsat(fields.length, rest);
  if (name === 'AUTH') return 'There is no such token, or this herd has none.';
  if (['IAMAT', 'WHATSAT', 'AUTH'].includes(name.toUpperCase())) {
    return `Commands are upper case: ${name.toUpperCase()}.`;
  }
  if (name === 'AT') return 'AT is what servers say. A client reports with IAMAT.';
  return 'There is no such command. There are IAMAT, WHATSAT and, where tokens are asked for, AUTH.';
}

function explainIamat(count: number, [position = '', time = '']: readonly string[]): string {
  if (count !== 4)
    return `IAMAT has three fields behind it: client, position, time. Found ${count - 1}.`;
  if (!DECIMAL_POSITION.test(position) && !POSITION.test(position)) {
    return 'The position is none of ISO 6709. Expected degrees with a sign each: +34.068930-118.445127.';
  }
  if (!TIME.test(time)) {
    return 'The time is none. Expected POSIX seconds with at most nine decimals: 1621464827.959498503.';
  }
  return 'Latitude is within ±90, longitude within ±180. If both are, a token is needed for this client, or the herd has no room for another one.';
}

function explainWhatsat(count: number, [radius = '', bound = '']: readonly string[]): string {
  if (count !== 4)
    return `WHATSAT has three fields behind it: client, radius, bound. Found ${count - 1}.`;
  if (!DECIMAL.test(radius) || Number(radius) <= 0 || Number(radius) > 50) {
    return 'The radius is in kilometres: above 0, at most 50.';
  }
  if (!WHOLE.test(bound) || Number(bound) < 1 || Number(bound) > 20) {
    return 'The bound says how many places there may be: a whole number from 1 to 20.';
  }
  return 'No server has heard of this client, or a token is needed to read it.';
}
