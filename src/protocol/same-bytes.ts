/** Whether the bytes from `start` to `end` are equal to those in `others` from `at` on. */
export function isSameAt(
  others: Uint8Array,
  at: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  for (let from = start; from < end; from++) {
    if (others[at + from - start] !== bytes[from]) return false;
  }
  return true;
}
