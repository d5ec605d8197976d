import { isDeepStrictEqual } from 'node:util';
import type { ServerOptions } from './options.ts';

/** The options that can change while a server runs. */
const LIVE_OPTIONS = [
  'clientCertificate',
  'gatewayCertificate',
  'peerCertificate',
  'secrets',
  'access',
  'map',
  'hooks',
  'clientLimits',
  'maxClients',
  'maxMemoryBytes',
  'places',
  'logLevel',
] as const satisfies readonly (keyof ServerOptions)[];

/** Those that may come where there were none, and go. */
const SWITCHED_OPTIONS: ReadonlySet<keyof ServerOptions> = new Set(['hooks', 'map']);

type LiveOption = (typeof LIVE_OPTIONS)[number];

/** What of the options can change while a server runs. */
export type LiveOptions = Pick<ServerOptions, LiveOption>;

/** Options as a reload makes them, and what it changes. */
export interface Reloaded {
  /** The old options, but for those that can change. */
  readonly options: ServerOptions;
  readonly changed: readonly LiveOption[];
  /** Those that differ and stay as they are, since only a new start can change them. */
  readonly fixed: readonly (keyof ServerOptions)[];
}

/** What becomes of a server that runs on `old` when it is to run on `wanted`. */
export function reloadOptions(old: ServerOptions, wanted: ServerOptions): Reloaded {
  const differs = (key: keyof ServerOptions): boolean => !isDeepStrictEqual(old[key], wanted[key]);
  const isFixed = (key: LiveOption): boolean =>
    isSwitched(old[key], wanted[key]) && !SWITCHED_OPTIONS.has(key);
  const changed = LIVE_OPTIONS.filter((key) => differs(key) && !isFixed(key));
  const live: readonly string[] = changed;
  const fixed = keysOf(wanted).filter((key) => differs(key) && !live.includes(key));
  const changes = Object.fromEntries(changed.map((key) => [key, wanted[key]]));
  return { options: { ...old, ...changes }, changed, fixed };
}

/** Whether something that was not there comes, or something that was there goes: TLS, for one. */
function isSwitched(old: unknown, wanted: unknown): boolean {
  return isAbsent(old) !== isAbsent(wanted);
}

function isAbsent(option: unknown): boolean {
  return option === undefined || (Array.isArray(option) && option.length === 0);
}

function keysOf(options: ServerOptions): (keyof ServerOptions)[] {
  return Object.keys(options).filter((key) => isOption(key, options));
}

function isOption(key: string, options: ServerOptions): key is keyof ServerOptions {
  return key in options;
}
