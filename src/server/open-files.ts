import { readFile } from 'node:fs/promises';

import type { Log } from './log.ts';
import type { ServerOptions } from './options.ts';

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
 */
export function connectionsWithin(files: number): number {
  return Math.max(files - RESERVED_FILES, Math.floor(files / 2));
}

/** The options, with no more clients than the system has files for. */
export function withinOpenFiles(
  options: ServerOptions,
  files: number | undefined,
  log: Log,
): ServerOptions {
  const { clientLimits } = options;
  const connections = files === undefined ? Infinity : connectionsWithin(files);
  if (files === undefined || clientLimits.connections <= connections) return options;
  log.write({ event: 'few-files', files, connections });
  return { ...options, clientLimits: { ...clientLimits, connections } };
}
