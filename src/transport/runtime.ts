/** Whether this process runs on Bun, which can replace Node nearly everywhere. */
export const IS_BUN = process.versions['bun'] !== undefined;
