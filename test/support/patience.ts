import { availableParallelism, loadavg } from 'node:os';

/** How many processes want each core: one and a half is what a run of the tests makes by itself. */
const ORDINARY_LOAD = 1.5;

/**
 * How many times as long as on a machine of its own a run takes here, at its beginning, for what else there
 * is to do: at least 1.
 */
export const SLOWNESS = Math.max(1, (loadavg()[0] ?? 0) / availableParallelism() / ORDINARY_LOAD);

/**
 * How long a test waits for what has to happen, in milliseconds, before it says that it did not: far above
 * what anything takes on a machine that is busy with much else. Only a test that fails takes so long.
 */
export const PATIENCE_MS = Math.round(60_000 * SLOWNESS);
