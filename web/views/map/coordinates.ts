import { formatIso6709 } from '../../state/iso6709.ts';

/** A position in the forms in which people pass it on. */
export interface CoordinateForm {
  readonly name: string;
  readonly text: string;
}

/** So many decimals of a degree are a decimetre. */
const DECIMALS = 6;

/** Decimal degrees, ISO 6709 as the protocol has it, and a geo: URI (RFC 5870). */
export function coordinateForms(
  latitude: number,
  longitude: number,
  accuracyM: number | undefined,
): CoordinateForm[] {
  const [lat, lon] = [latitude.toFixed(DECIMALS), longitude.toFixed(DECIMALS)];
  const uncertainty = accuracyM === undefined ? '' : `;u=${Math.round(accuracyM)}`;
  return [
    { name: 'decimal', text: `${lat}, ${lon}` },
    { name: 'ISO 6709', text: `${formatIso6709(latitude, longitude)}/` },
    { name: 'geo:', text: `geo:${lat},${lon}${uncertainty}` },
  ];
}
