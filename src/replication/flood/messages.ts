import type { FeedPosition } from '../../store/feed-history.ts';
import type { DigestAt } from '../../store/origin-digests.ts';

/** The link protocol's version. Servers of one major version understand each other. */
const LINK_PROTOCOL = { name: 'proxy-herd', major: 1, minor: 0 } as const;

/**
 * The most bytes of a line on a link: a command's 4,096 in an `AT` line, with a skew that may be
 * as long as the time it came from, a server's name and a number.
 */
export const MAX_MESSAGE_BYTES = 16_384;

/** What a server says first on a link. */
export interface Hello {
  readonly herd: string;
  readonly server: string;
  /** The epoch of the sender's change feed. */
  readonly epoch: string;
  /** How far the sender has read the receiver's change feed; `undefined`: not at all. */
  readonly read: FeedPosition | undefined;
}

/** Why a link ended or did not come up: a stable code, and the same in words. */
export interface LinkCause {
  readonly code:
    | 'unreachable' // the neighbour could not be connected to
    | 'unproven' // one of the two did not prove that it knows a secret of the herd
    | 'closed' // the connection ended or broke
    | 'silent' // nothing was heard for too long
    | 'protocol' // what was heard is not the link protocol
    | 'refused' // one of the two does not want this link
    | 'replaced' // another connection of the same two servers took its place
    | 'stopping'; // this server stops
  readonly detail: string;
}

/** What can be said on a link, a line each, besides changes: see `scanChange`. */
export type Message =
  | { readonly kind: 'hello'; readonly hello: Hello }
  /** A greeting of a version that cannot be understood. */
  | { readonly kind: 'foreign hello'; readonly version: string }
  | { readonly kind: 'refuse'; readonly detail: string }
  /** All changes up to `number` have been sent, or are the receiver's own. */
  | { readonly kind: 'heartbeat'; readonly number: number }
  /** Asks to be told once the sender's changes up to `number` are held. */
  | { readonly kind: 'confirm'; readonly number: number }
  /** The receiver's changes up to `number` are held. */
  | { readonly kind: 'confirmed'; readonly number: number }
  /** Asks not to be sent an origin's locations any more. */
  | { readonly kind: 'hold'; readonly origin: string }
  /** An origin is held back, and this is what there was of it at numbers of the sender's feed. */
  | { readonly kind: 'holding'; readonly origin: string; readonly states: readonly DigestAt[] }
  /** Asks to be sent an origin's locations again, from the change after `number` on. */
  | { readonly kind: 'send'; readonly origin: string; readonly number: number }
  /** An origin is not held back: its changes follow, from the one after `number` on. */
  | { readonly kind: 'sending'; readonly origin: string; readonly number: number };

const VERSION = /^proxy-herd\/(\d+)\.\d+$/;
const NUMBER = /^\d{1,15}$/;
const ORIGIN = /^[^ ]+$/;
const DIGEST = /^[0-9a-f]{16}$/;
/** An origin's state at the heartbeat, and the last one before it that its receiver may remember better. */
const MAX_TOLD_STATES = 2;
/** Stands for a position where there is none. */
const NOTHING = '-';

export function formatHello(hello: Hello): string {
  const { name, major, minor } = LINK_PROTOCOL;
  const { epoch, number } = hello.read ?? { epoch: NOTHING, number: 0 };
  return `HELLO ${name}/${major}.${minor} ${hello.herd} ${hello.server} ${hello.epoch} ${epoch} ${number}\n`;
}

export function formatRefuse(detail: string): string {
  return `REFUSE ${detail}\n`;
}

export function formatHeartbeat(number: number): string {
  return `BEAT ${number}\n`;
}

export function formatConfirm(number: number): string {
  return `CONFIRM ${number}\n`;
}

export function formatConfirmed(number: number): string {
  return `CONFIRMED ${number}\n`;
}

export function formatHold(origin: string): string {
  return `HOLD ${origin}\n`;
}

export function formatHolding(origin: string, states: readonly DigestAt[]): string {
  const said = states.map((state) => ` ${state.number} ${hexOf(state.high)}${hexOf(state.low)}`);
  return `HOLDING ${origin}${said.join('')}\n`;
}

export function formatSend(origin: string, number: number): string {
  return `SEND ${origin} ${number}\n`;
}

export function formatSending(origin: string, number: number): string {
  return `SENDING ${origin} ${number}\n`;
}

/** The 32 bits of a whole number, as 8 hexadecimal digits. */
function hexOf(bits: number): string {
  return (bits >>> 0).toString(16).padStart(8, '0');
}

function parseNumber(text: string | undefined): number | undefined {
  return text !== undefined && NUMBER.test(text) ? Number(text) : undefined;
}

/** Reads one line of a link that is no change. `undefined` where it is not of the link protocol. */
export function parseMessage(line: string): Message | undefined {
  const space = line.indexOf(' ');
  if (space === -1) return undefined;
  const word = line.slice(0, space);
  const rest = line.slice(space + 1);
  switch (word) {
    case 'HELLO':
      return parseHello(rest);
    case 'REFUSE':
      return { kind: 'refuse', detail: rest };
    case 'BEAT':
      return parseNumbered('heartbeat', rest);
    case 'CONFIRM':
      return parseNumbered('confirm', rest);
    case 'CONFIRMED':
      return parseNumbered('confirmed', rest);
    case 'HOLD':
      return ORIGIN.test(rest) ? { kind: 'hold', origin: rest } : undefined;
    case 'HOLDING':
      return parseHolding(rest);
    case 'SEND':
      return parseOrigin('send', rest);
    case 'SENDING':
      return parseOrigin('sending', rest);
    default:
      return undefined;
  }
}

function parseNumbered(
  kind: 'heartbeat' | 'confirm' | 'confirmed',
  text: string,
): Message | undefined {
  const number = parseNumber(text);
  return number === undefined ? undefined : { kind, number };
}

function parseOrigin(kind: 'send' | 'sending', text: string): Message | undefined {
  const [origin = '', digits, ...more] = text.split(' ');
  const number = parseNumber(digits);
  if (!ORIGIN.test(origin) || number === undefined || more.length > 0) return undefined;
  return { kind, origin, number };
}

function parseHolding(text: string): Message | undefined {
  const [origin = '', ...rest] = text.split(' ');
  const states: DigestAt[] = [];
  for (let at = 0; at < rest.length; at += 2) {
    const number = parseNumber(rest[at]);
    const digest = rest[at + 1] ?? '';
    if (number === undefined || !DIGEST.test(digest)) return undefined;
    const [high, low] = [
      Number.parseInt(digest.slice(0, 8), 16),
      Number.parseInt(digest.slice(8), 16),
    ];
    states.push({ number, low: low | 0, high: high | 0 });
  }
  if (!ORIGIN.test(origin) || states.length < 1 || states.length > MAX_TOLD_STATES)
    return undefined;
  return { kind: 'holding', origin, states };
}

/** A later minor version may add fields: those are passed over. */
function parseHello(text: string): Message | undefined {
  const [version = '', herd, server, epoch, readEpoch, readNumber] = text.split(' ');
  const major = VERSION.exec(version)?.[1];
  if (major === undefined) return undefined;
  if (Number(major) !== LINK_PROTOCOL.major) return { kind: 'foreign hello', version };
  const number = parseNumber(readNumber);
  if (herd === undefined || server === undefined || epoch === undefined) return undefined;
  if (readEpoch === undefined || number === undefined) return undefined;
  const read = readEpoch === NOTHING ? undefined : { epoch: readEpoch, number };
  return { kind: 'hello', hello: { herd, server, epoch, read } };
}
