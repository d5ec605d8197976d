/** Whether as many bytes as there are from `start` to `end` stand in `others` from `at` on as well. */
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
