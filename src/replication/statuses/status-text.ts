import { isName } from '../../protocol/name.ts';
import { MAX_NEIGHBOURS } from '../../store/neighbour-set.ts';
import type { LagEntry } from '../lag.ts';
import type { LinkFacts, ServerStatus } from '../server-status.ts';

/** The most bytes of a status: more than one with all neighbours and lags has, all names as long as may be. */
export const MAX_STATUS_BYTES = 8192;
/** Of so many origins at most it is said that something of them is missing: a status has to stay small. */
export const MAX_STATUS_LAGS = 16;

/** The greatest number that there may be, of an epoch for one. */
export const MAX_EPOCH = 999_999_999_999_999;

const NUMBER = /^\d{1,15}$/;
const VERSION = /^[0-9A-Za-z.+-]{1,64}$/;
/** An origin: printable ASCII without a space, a host of at most 253 characters in it. */
const GATEWAY = /^https?:\/\/[!-~]{1,270}$/;
/** Further fields, of a later version, are of visible characters too. */
const FIELD = /^[!-~]+$/;
/** Marks an absent value. */
const NOTHING = '-';
const REPLAYING = 'replaying';
/** Rates are in tenths, lags in milliseconds: all numbers are whole ones. */
const TENTHS = 10;
const MILLISECONDS = 1000;

/**
 * A status as links carry it: fields with a space between them. Lists have commas between their entries and
 * colons between the parts of one.
 */
export function formatStatus(status: ServerStatus): string {
  const { server, epoch, sequence, everyMs, version, startedMs, gateway, rates } = status;
  const { isReplaying, clients, connections, seq, reports, links, lag, memoryBytes } = status;
  return [
    server,
    epoch,
    sequence,
    everyMs,
    version,
    startedMs,
    gateway ?? NOTHING,
    isReplaying ? REPLAYING : NOTHING,
    clients,
    connections,
    ...[rates.reports, rates.replies, rates.places].map((rate) => Math.round(rate * TENTHS)),
    seq,
    reports.epoch,
    reports.sequence,
    listOf(links.map(formatLink)),
    listOf(lag.map(({ name, reports, seconds }) => `${name}:${reports}:${milliseconds(seconds)}`)),
    memoryBytes ?? NOTHING,
  ].join(' ');
}

function formatLink({ neighbour, isUp, sinceMs, reports, seconds }: LinkFacts): string {
  return `${neighbour}:${isUp ? 'up' : 'down'}:${sinceMs}:${reports}:${milliseconds(seconds)}`;
}

function milliseconds(seconds: number): number {
  return Math.round(seconds * MILLISECONDS);
}

function listOf(entries: readonly string[]): string {
  return entries.length === 0 ? NOTHING : entries.join(',');
}

/** Reads a status; `undefined` where it is none. Further fields of a later version are passed over. */
export function parseStatus(text: string): ServerStatus | undefined {
  if (text.length > MAX_STATUS_BYTES) return undefined;
  const fields = text.split(' ');
  if (!fields.every((field) => FIELD.test(field))) return undefined;
  const [server = '', epoch, sequence, everyMs, version = '', startedMs, ...rest] = fields;
  const [gateway = '', flags, clients, connections, reportRate, replyRate, ...others] = rest;
  const [placesRate, seq, reportEpoch, reportSequence, linkList = '', lagList = '', memory] =
    others;
  const numbers = numbersIn([
    epoch,
    sequence,
    everyMs,
    startedMs,
    clients,
    connections,
    reportRate,
    replyRate,
    placesRate,
    seq,
    reportEpoch,
    reportSequence,
  ]);
  const links = readList(linkList, MAX_NEIGHBOURS, parseLink);
  const lag = readList(lagList, MAX_STATUS_LAGS, parseLag);
  if (numbers === undefined || links === undefined || lag === undefined) return undefined;
  if (!isName(server) || !VERSION.test(version)) return undefined;
  if (gateway !== NOTHING && !GATEWAY.test(gateway)) return undefined;
  if (flags !== NOTHING && flags !== REPLAYING) return undefined;
  // An earlier version does not say it.
  const memoryBytes = memory !== undefined && NUMBER.test(memory) ? Number(memory) : undefined;
  const number = (index: number): number => numbers[index] ?? 0;
  return {
    server,
    epoch: number(0),
    sequence: number(1),
    everyMs: number(2),
    version,
    startedMs: number(3),
    gateway: gateway === NOTHING ? undefined : gateway,
    isReplaying: flags === REPLAYING,
    clients: number(4),
    connections: number(5),
    rates: {
      reports: number(6) / TENTHS,
      replies: number(7) / TENTHS,
      places: number(8) / TENTHS,
    },
    seq: number(9),
    reports: { epoch: number(10), sequence: number(11) },
    links,
    lag,
    memoryBytes,
  };
}

/** The texts as numbers; `undefined` where one is none. */
function numbersIn(texts: readonly (string | undefined)[]): number[] | undefined {
  const areAll = texts.every((text) => text !== undefined && NUMBER.test(text));
  return areAll ? texts.map(Number) : undefined;
}

/** The entries of a list; `undefined` where there are too many, or one is not what it should be. */
function readList<T>(
  text: string,
  most: number,
  parse: (parts: readonly string[]) => T | undefined,
): T[] | undefined {
  if (text === NOTHING) return [];
  const entries = text.split(',').map((entry) => parse(entry.split(':')));
  const whole = entries.filter((entry) => entry !== undefined);
  return whole.length === entries.length && whole.length <= most ? whole : undefined;
}

function parseLink(parts: readonly string[]): LinkFacts | undefined {
  const [neighbour = '', state, ...rest] = parts;
  const numbers = numbersIn(rest);
  const isLink = isName(neighbour) && (state === 'up' || state === 'down');
  if (!isLink || numbers?.length !== 3) return undefined;
  const [sinceMs = 0, reports = 0, ms = 0] = numbers;
  return { neighbour, isUp: state === 'up', sinceMs, reports, seconds: ms / MILLISECONDS };
}

function parseLag(parts: readonly string[]): LagEntry | undefined {
  const [name = '', ...rest] = parts;
  const numbers = numbersIn(rest);
  if (!isName(name) || numbers?.length !== 2) return undefined;
  const [reports = 0, ms = 0] = numbers;
  return { name, reports, seconds: ms / MILLISECONDS };
}
