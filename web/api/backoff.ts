/** The first wait before another try, in milliseconds; each further one is twice as long, up to the last. */
const FIRST_MS = 250;
const LAST_MS = 8_000;

/**
 * How long to wait before another try, in milliseconds: longer each time, and not the same for all pages.
 *
 * @param failures how many tries in a row have failed, from 1
 * @param random from 0 to below 1
 */
export function backoffMs(failures: number, random: number): number {
  const whole = Math.min(LAST_MS, FIRST_MS * 2 ** (failures - 1));
  return whole * (0.5 + random / 2);
}
