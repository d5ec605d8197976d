import { formatOrigin, type Origin } from '../vectors/origins.ts';
import { parseStatusLine, type SaidStatus } from '../statuses/status-line.ts';

/** The link protocol's version. Servers of one major version understand each other. */
const LINK_PROTOCOL = { name: 'proxy-herd', major: 2, minor: 0 } as const;

/** Takes the statuses of servers, and sends them on. */
export const STATUS_FEATURE = 'status';

/**
 * What this server can do on a link beyond what every server of the version does: what both can may be
 * used.
 */
const FEATURES: readonly string[] = [STATUS_FEATURE];

/**
 * The most bytes of a line on a link: a command's 4,096 in an `AT` line, with a skew that may be
 * as long as the time it came from, a server's name and a number.
 */
export const MAX_MESSAGE_BYTES = 16_384;

/** What a server says first on a link. */
export interface Hello {
  readonly herd: string;
  readonly server: string;
  /** What it can do beyond what every server of the version does. */
  readonly features: readonly string[];
}

/** Why a link ended or did not come up: a stable code, and the same in words. */
export interface LinkCause {
  readonly code:
    | 'unreachable' // the neighbour could not be connected to
    | 'unproven' // one of the two did not prove that it knows a secret of the herd
    | 'closed' // the connection ended or broke
    | 'silent' // nothing came for too long
    | 'protocol' // what came is not the link protocol
    | 'refused' // one of the two does not want this link
    | 'replaced' // another connection of the same two servers took its place
    | 'stopping'; // this server stops
  readonly detail: string;
}

/** What can be said on a link, a line each, besides changes: see `ChangeReader`. */
export type Message =
  | { readonly kind: 'hello'; readonly hello: Hello }
  /** A greeting of a version that cannot be understood. */
  | { readonly kind: 'foreign hello'; readonly version: string }
  | { readonly kind: 'refuse'; readonly detail: string }
  /** What the sender has of an origin: see `Checkpoint`. */
  | {
      readonly kind: 'has';
      readonly origin: Origin;
      readonly sequence: number;
      readonly highest: number;
    }
  /** Asks to be sent all records that the receiver has, up to the first heartbeat with a `seq`. */
  | { readonly kind: 'resync' }
  /** The greeting is through: the sender has said what it has. */
  | { readonly kind: 'ready' }
  /**
   * A sign of life. With a `seq`: all changes up to it that the receiver needs have been sent, and
   * what `has` said is true of this place; without: there is more to send.
   */
  | { readonly kind: 'heartbeat'; readonly seq: number | undefined }
  /** Asks the receiver to confirm that it has the sender's changes up to `seq`. */
  | { readonly kind: 'confirm'; readonly seq: number }
  /** Confirms that the sender has the receiver's changes up to `seq`. */
  | { readonly kind: 'confirmed'; readonly seq: number }
  /** Asks not to be sent an origin's records any more. */
  | { readonly kind: 'prune'; readonly origin: Origin }
  /** Asks to be sent an origin's records again, also those that were left out. */
  | { readonly kind: 'graft'; readonly origin: Origin }
  /** An origin is not pruned: all of it that was left out has been sent again. */
  | { readonly kind: 'grafted'; readonly origin: Origin }
  | ({ readonly kind: 'status' } & SaidStatus);

const VERSION = /^proxy-herd\/(\d+)\.\d+$/;
const NUMBER = /^\d{1,15}$/;
const NAME = /^[^ ]+$/;
/** Stands for a list where there is nothing in it. */
const NOTHING = '-';

export function formatHello(herd: string, server: string): string {
  const { name, major, minor } = LINK_PROTOCOL;
  const features = FEATURES.length === 0 ? NOTHING : FEATURES.join(',');
  return `HELLO ${name}/${major}.${minor} ${herd} ${server} ${features}\n`;
}

export function formatRefuse(detail: string): string {
  return `REFUSE ${detail}\n`;
}

export function formatHas(origin: Origin, sequence: number, highest: number): string {
  return `HAS ${formatOrigin(origin)} ${sequence} ${highest}\n`;
}

export const RESYNC = 'RESYNC\n';

export const READY = 'READY\n';

export function formatHeartbeat(seq: number | undefined): string {
  return seq === undefined ? 'HEARTBEAT\n' : `HEARTBEAT ${seq}\n`;
}

export function formatConfirm(seq: number): string {
  return `CONFIRM ${seq}\n`;
}

export function formatConfirmed(seq: number): string {
  return `CONFIRMED ${seq}\n`;
}

export function formatPrune(origin: Origin): string {
  return `PRUNE ${formatOrigin(origin)}\n`;
}

export function formatGraft(origin: Origin): string {
  return `GRAFT ${formatOrigin(origin)}\n`;
}

export function formatGrafted(origin: Origin): string {
  return `GRAFTED ${formatOrigin(origin)}\n`;
}

/** Reads one line of a link that is no change. `undefined` where it is not of the link protocol. */
export function parseMessage(line: string): Message | undefined {
  const space = line.indexOf(' ');
  const word = space === -1 ? line : line.slice(0, space);
  const rest = space === -1 ? '' : line.slice(space + 1);
  switch (word) {
    case 'HELLO':
      return parseHello(rest);
    case 'REFUSE':
      return { kind: 'refuse', detail: rest };
    case 'HAS':
      return parseHas(rest);
    case 'RESYNC':
      return rest === '' ? { kind: 'resync' } : undefined;
    case 'READY':
      return rest === '' ? { kind: 'ready' } : undefined;
    case 'HEARTBEAT':
      return space === -1 ? { kind: 'heartbeat', seq: undefined } : parseWithSeq('heartbeat', rest);
    case 'CONFIRM':
      return parseWithSeq('confirm', rest);
    case 'CONFIRMED':
      return parseWithSeq('confirmed', rest);
    case 'PRUNE':
      return parseAboutOrigin('prune', rest);
    case 'GRAFT':
      return parseAboutOrigin('graft', rest);
    case 'GRAFTED':
      return parseAboutOrigin('grafted', rest);
    case 'STATUS':
      return parseStatusMessage(line);
    default:
      return undefined;
  }
}

function parseNumber(text: string | undefined): number | undefined {
  return text !== undefined && NUMBER.test(text) ? Number(text) : undefined;
}

function parseWithSeq(
  kind: 'heartbeat' | 'confirm' | 'confirmed',
  text: string,
): Message | undefined {
  const seq = parseNumber(text);
  return seq === undefined ? undefined : { kind, seq };
}

function parseOrigin([name = '', digits]: readonly string[]): Origin | undefined {
  const epoch = parseNumber(digits);
  return NAME.test(name) && epoch !== undefined ? { name, epoch } : undefined;
}

function parseAboutOrigin(kind: 'prune' | 'graft' | 'grafted', text: string): Message | undefined {
  const fields = text.split(' ');
  const origin = parseOrigin(fields);
  return origin === undefined || fields.length !== 2 ? undefined : { kind, origin };
}

function parseHas(text: string): Message | undefined {
  const fields = text.split(' ');
  const origin = parseOrigin(fields);
  const [sequence, highest] = [parseNumber(fields[2]), parseNumber(fields[3])];
  if (origin === undefined || sequence === undefined || highest === undefined) return undefined;
  return fields.length === 4 ? { kind: 'has', origin, sequence, highest } : undefined;
}

function parseStatusMessage(line: string): Message | undefined {
  const said = parseStatusLine(line);
  return said && { kind: 'status', ...said };
}

/** A later minor version may add fields: those are passed over. */
function parseHello(text: string): Message | undefined {
  const [version = '', herd, server, features] = text.split(' ');
  const major = VERSION.exec(version)?.[1];
  if (major === undefined) return undefined;
  if (Number(major) !== LINK_PROTOCOL.major) return { kind: 'foreign hello', version };
  if (herd === undefined || server === undefined || features === undefined) return undefined;
  const list = features === NOTHING ? [] : features.split(',');
  return { kind: 'hello', hello: { herd, server, features: list } };
}
