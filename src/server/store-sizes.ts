import type { StoreSizes } from '../store/store.ts';
import type { ServerOptions } from './options.ts';

/**
 * Recent changes are kept beside the table, so that links and journal that keep up need not read it: a
 * tenth of a second at the highest rates.
 */
const WINDOW_BYTES = 8 * 1024 * 1024;
const WINDOW_CHANGES = 65_536;
/** The most clients for which rows are reserved at the start; a table that outgrows them is moved. */
const MAX_RESERVED_CLIENTS = 4_000_000;

/** How much of a store is reserved at the start. */
export function storeSizes({ maxClients }: ServerOptions): StoreSizes {
  return {
    clients: Math.min(maxClients, MAX_RESERVED_CLIENTS),
    windowBytes: WINDOW_BYTES,
    windowChanges: WINDOW_CHANGES,
  };
}
