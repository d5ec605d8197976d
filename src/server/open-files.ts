import { readFile } from 'node:fs/promises';

/**
 * File descriptors that are reserved for everything but clients: links and the connections that may become one,
 * calls to an upstream, the journal and the log, Node itself. Without these a server would answer nobody.
 */
const RESERVED_FILES = 256;

/** How many files this process may have open, or `undefined` where the system does not say. */
export async function readOpenFilesLimit(): Promise<number | undefined> {
  const text = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const [, digits] = /^Max open files +(\d+)/m.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * How many clients can be let in where a process may have `files` files open, so that the system never runs out of
 * them for clients, which would go unlogged.
 *
 * @param gateway how many of them are the gateway's callers'
 */
export function connectionsWithin(files: number, gateway: number): number {
  return Math.max(files - RESERVED_FILES, Math.floor(files / 2)) - gateway;
}

/** The most connections of a gateway at once: each takes some 20 kB. */
const MAX_GATEWAY_CONNECTIONS = 10_000;
/** The part of the files that a gateway's callers may take: the text protocol's clients keep the rest. */
const GATEWAY_SHARE = 1 / 4;

/**
 * How many connections a gateway lets in, so that no flood of them leaves the text protocol without files.
 *
 * @param files how many files the process may have open, where that is known
 */
export function gatewayConnectionsWithin(files: number | undefined): number {
  return Math.min(MAX_GATEWAY_CONNECTIONS, Math.floor((files ?? Infinity) * GATEWAY_SHARE));
}
