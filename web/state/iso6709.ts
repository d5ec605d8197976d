/** So many decimals of a degree are a decimetre. */
const DECIMALS = 6;

/** A position as the text protocol has it: ISO 6709, in decimal degrees. */
export function formatIso6709(latitude: number, longitude: number): string {
  return `${signed(latitude, 2)}${signed(longitude, 3)}`;
}

/** With its sign, and so many digits before the point. */
function signed(degrees: number, digits: number): string {
  const text = Math.abs(degrees).toFixed(DECIMALS);
  return `${degrees < 0 ? '-' : '+'}${text.padStart(digits + 1 + DECIMALS, '0')}`;
}
