/** How many slots there is room for at first; doubled when they are full. */
export const FIRST_CAPACITY = 1024;

type Column = Float64Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

/** A longer copy of a column: one number for each slot, no object and no garbage. */
export function grown<T extends Column>(
  column: T,
  make: new (length: number) => T,
  capacity: number,
): T {
  const longer = new make(capacity);
  longer.set(column);
  return longer;
}
