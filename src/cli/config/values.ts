import type { Address } from '../../transport/address.ts';
import { isIPv6 } from 'node:net';
import { BASE_URL_PATTERN } from '../../protocol/base-url.ts';
import { isName, NAME_EXPECTED, NAME_PATTERN } from '../../protocol/name.ts';

/** What each kind of value looks like, for messages. */
export const EXPECTED = {
  name: NAME_EXPECTED,
  address: 'host:port, for example 127.0.0.1:11645',
  gateway: 'host:port, for example 127.0.0.1:13645, or none',
  origin: 'an origin, for example https://map.example.org, or *',
  gatewayUrl:
    'an http or https URL without user, password and query, for example https://herd.example.org',
  duration: 'a duration such as 250ms, 30s, 5m, 1h, 30d, or 0',
  language: 'a language as BCP 47 has it, for example en or pt-BR',
} as const;

/** From 1 to 65,535, in up to five digits. */
const PORT = /(?!0+$)(?:[0-5]?\d{1,4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])/.source;

/**
 * What every text of a kind matches. Most of the parsers below look closer; these go into the schema for editors, which
 * is to find fault with nothing that is right.
 */
export const PATTERNS = {
  name: NAME_PATTERN,
  address: new RegExp(`^(?:\\[([^\\]]+)\\]|([^:[\\]]+)):(${PORT})$`),
  gateway: new RegExp(`^(none|(\\[[^\\]]+\\]|[^:[\\]]+):${PORT})$`),
  duration: /^(?:0|(\d+)(ms|s|m|h|d))$/,
  size: /^(\d+)([kMG]B|[KMG]iB)$/,
  origin: /^(\*|[Hh][Tt][Tt][Pp][Ss]?:\/\/.+)$/,
  baseUrl: BASE_URL_PATTERN,
  language: /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/,
  /** A file or a folder: no system takes a NUL. */
  path: /^[^\0]+$/,
} as const;

/** RFC 1123 host names and IPv4 addresses: labels of letters, digits and hyphens, 253 bytes in all. */
const HOST =
  /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?)*$/;

/** A server's or a herd's name, or `undefined` when the text is not one. */
export function parseName(text: string): string | undefined {
  return isName(text) ? text : undefined;
}

/**
 * `host:port` or `[IPv6]:port`, with a port from 1 to 65,535. Not 0, which asks the system for a free
 * one: the other servers and the clients of a herd know its ports from the configuration alone.
 */
export function parseAddress(text: string): Address | undefined {
  const [, v6, name, digits] = PATTERNS.address.exec(text) ?? [];
  const host = v6 ?? name;
  if (host === undefined) return undefined;
  if (v6 === undefined ? !HOST.test(host) : !isIPv6(host)) return undefined;
  return { host, port: Number(digits) };
}

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A whole number and its unit, or `0`, as milliseconds. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const [, digits, unit = ''] = PATTERNS.duration.exec(text) ?? [];
  const ms = Number(digits) * (UNITS_MS[unit] ?? Number.NaN);
  return Number.isSafeInteger(ms) ? ms : undefined;
}

const UNITS_BYTES: Readonly<Record<string, number>> = {
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};

/** A whole number and its unit, as bytes. */
export function parseSize(text: string): number | undefined {
  const [, digits, unit = ''] = PATTERNS.size.exec(text) ?? [];
  const bytes = Number(digits) * (UNITS_BYTES[unit] ?? Number.NaN);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** An origin as browsers write it (RFC 6454), or `*`. */
export function parseOrigin(text: string): string | undefined {
  if (text === '*') return text;
  if (!URL.canParse(text)) return undefined;
  const { origin, protocol } = new URL(text);
  const isHttp = protocol === 'http:' || protocol === 'https:';
  return isHttp && origin === text.toLowerCase() ? origin : undefined;
}
