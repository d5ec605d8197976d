/** A point on the Earth in decimal degrees (WGS 84): latitude -90 to 90, longitude -180 to 180. */
export interface Position {
  readonly latitude: number;
  readonly longitude: number;
}

// ISO 6709 Annex H: latitude, longitude, then an altitude, a coordinate reference system and `/`.
const POSITION =
  /^([+-]\d+(?:\.\d+)?)([+-]\d+(?:\.\d+)?)(?:[+-]\d+(?:\.\d+)?)?(?:CRS(?:<[^<>]+>|[^/<>]+))?\/?$/;
const ANGLE = /^[+-](\d+)(\.\d+)?$/;
const NOT_ZERO = /[1-9]/;

type Form = 'degrees' | 'minutes' | 'seconds';

/** Which form an angle has, by how many more integer digits it has than whole degrees take. */
function formOf(digits: number, degreeDigits: number): Form | undefined {
  if (digits >= 1 && digits <= degreeDigits) return 'degrees';
  if (digits === degreeDigits + 2) return 'minutes';
  if (digits === degreeDigits + 4) return 'seconds';
  return undefined;
}

interface Angle {
  readonly form: Form;
  /** Decimal degrees. */
  readonly degrees: number;
}

/**
 * Reads `±D.D`, `±DDMM.M` or `±DDMMSS.S` with `degreeDigits` digits for degrees, within ±`limit`.
 * The bounds are checked on the digits: binary floating point would round 90.00…01 to 90.
 */
function parseAngle(text: string, degreeDigits: number, limit: number): Angle | undefined {
  const [, whole = '', fraction = ''] = ANGLE.exec(text) ?? [];
  const form = formOf(whole.length, degreeDigits);
  if (form === undefined) return undefined;
  const cut = form === 'degrees' ? whole.length : degreeDigits;
  const degrees = Number(whole.slice(0, cut));
  const below = whole.slice(cut) + fraction;
  if (degrees > limit || (degrees === limit && NOT_ZERO.test(below))) return undefined;
  if (form === 'degrees') return { form, degrees: Number(text) };

  const minutes = Number(form === 'minutes' ? below : whole.slice(cut, cut + 2));
  const seconds = form === 'minutes' ? 0 : Number(below.slice(2));
  // Whole minutes and seconds: 59.99…9 would round to 60.
  if (Number(whole.slice(cut, cut + 2)) >= 60 || Number(whole.slice(cut + 2)) >= 60) {
    return undefined;
  }
  const magnitude = degrees + minutes / 60 + seconds / 3600;
  return { form, degrees: text.startsWith('-') ? -magnitude : magnitude };
}

/**
 * Reads a position as ISO 6709 writes it: `+34.068930-118.445127`, `+3404.1358-11826.7076` or
 * `+340408.148-1182642.457`, each with an altitude, a `CRS…` and a closing `/` or without them,
 * which are allowed and passed over. `undefined` where it is not one.
 */
export function parsePosition(text: string): Position | undefined {
  const match = POSITION.exec(text);
  if (match === null) return undefined;
  const latitude = parseAngle(match[1] ?? '', 2, 90);
  const longitude = parseAngle(match[2] ?? '', 3, 180);
  if (latitude === undefined || latitude.form !== longitude?.form) return undefined;
  return { latitude: latitude.degrees, longitude: longitude.degrees };
}
