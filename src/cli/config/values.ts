import type { Address } from '../../transport/address.ts';
import { isIPv6 } from 'node:net';
import { isName, NAME_EXPECTED } from '../../protocol/name.ts';
import { missingFields } from '../../places/google/field-mask.ts';

/** What each kind of value looks like, for messages. */
export const EXPECTED = {
  name: NAME_EXPECTED,
  address: 'host:port, for example 127.0.0.1:11645',
  gateway: 'host:port, for example 127.0.0.1:13645, or none',
  origin: 'an origin, for example https://map.example.org, or *',
  duration: 'a duration such as 250ms, 30s, 5m, 1h, 30d, or 0',
  fieldMask:
    'fields of places with commas between them, places.id, places.displayName and places.location among them, or *',
  language: 'a language as BCP 47 has it, for example en or pt-BR',
  region: 'a country of two letters, for example us',
  url: 'an http or https URL without a query, for example https://maps.googleapis.com',
} as const;

/** RFC 1123 host names and IPv4 addresses: labels of letters, digits and hyphens, 253 bytes in all. */
const HOST =
  /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?)*$/;

const HIGHEST_PORT = 65_535;

/** A server's or a herd's name, or `undefined` when the text is not one. */
export function parseName(text: string): string | undefined {
  return isName(text) ? text : undefined;
}

/**
 * `host:port` or `[IPv6]:port`, with a port from 1 to 65,535. Not 0, which asks the system for a free
 * one: the other servers and the clients of a herd know its ports from the configuration alone.
 */
export function parseAddress(text: string): Address | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const [, v6, name, digits] = match ?? [];
  const host = v6 ?? name;
  const port = Number(digits);
  if (host === undefined || port < 1 || port > HIGHEST_PORT) return undefined;
  if (v6 === undefined ? !HOST.test(host) : !isIPv6(host)) return undefined;
  return { host, port };
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
  const [, digits, unit = ''] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
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
  const [, digits, unit = ''] = /^(\d+)([kMG]B|[KMG]iB)$/.exec(text) ?? [];
  const bytes = Number(digits) * (UNITS_BYTES[unit] ?? Number.NaN);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** A provider's base URL, without the slash that it may end with. */
export function parseBaseUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const isHttp = url.protocol === 'http:' || url.protocol === 'https:';
  // A user name, a password or a key has no place in a file that is shown and shared.
  if (!isHttp || url.username !== '' || url.password !== '') return undefined;
  if (url.search !== '' || url.hash !== '') return undefined;
  return url.href.replace(/\/+$/, '');
}

/** An origin as browsers write it (RFC 6454), or `*`. */
export function parseOrigin(text: string): string | undefined {
  if (text === '*') return text;
  if (!URL.canParse(text)) return undefined;
  const { origin, protocol } = new URL(text);
  const isHttp = protocol === 'http:' || protocol === 'https:';
  return isHttp && origin === text.toLowerCase() ? origin : undefined;
}

const FIELD = /^places(?:\.[A-Za-z]+)*$/;

/** What Google is to be asked for: `*`, or fields of which a place can be made. */
export function parseFieldMask(text: string): string | undefined {
  const isMask = text === '*' || text.split(',').every((field) => FIELD.test(field));
  return isMask && missingFields(text).length === 0 ? text : undefined;
}

/** A language tag (BCP 47). */
export function parseLanguage(text: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(text)[0];
  } catch {
    return undefined;
  }
}

/** A country code of two letters (CLDR). */
export function parseRegion(text: string): string | undefined {
  return /^[A-Za-z]{2}$/.test(text) ? text : undefined;
}

/** Goes into a header between parentheses (RFC 9110, a comment), so it can have none. */
export function parseContact(text: string): string | undefined {
  return /^[\x21-\x7e]{1,200}$/.test(text) && !/[()\\]/.test(text) ? text : undefined;
}
