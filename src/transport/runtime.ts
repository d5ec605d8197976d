/** Whether this process runs on Bun, which stands in for Node nearly everywhere. */
export const IS_BUN = process.versions['bun'] !== undefined;
