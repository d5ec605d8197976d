/**
 * How long a test waits for what has to happen, in milliseconds, before it says that it did not: far above
 * what anything takes on a machine that is busy with much else. Only a test that fails takes so long.
 */
export const PATIENCE_MS = 60_000;
