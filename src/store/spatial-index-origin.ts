import { EARTH_RADIUS_METRES } from '../protocol/earth.ts';

/** What a degree is in the positions of the index. */
const E7_PER_DEGREE = 10_000_000;
/** A pole's latitude. */
export const POLE_E7 = 90 * E7_PER_DEGREE;
/** The longitude of the 180th meridian, which is also that of minus 180 degrees. */
export const ANTIMERIDIAN_E7 = 180 * E7_PER_DEGREE;
const TURN_E7 = 2 * ANTIMERIDIAN_E7;

const RADIANS_PER_E7 = Math.PI / ANTIMERIDIAN_E7;
const HALF_RADIANS_PER_E7 = RADIANS_PER_E7 / 2;

/**
 * Rounding makes a bound at most a few 2⁻⁵³ too large. It is lowered by more than that, so that a cell
 * is never passed over for a bound that is no more than rounding above what it is compared with.
 */
const ROUNDED_DOWN = 1 - 2 ** -48;
const ROUNDED_UP = 1 + 2 ** -48;

/** A part of the Earth between two parallels and two meridians, `westE7` being at most `eastE7`. */
export interface Cell {
  readonly southE7: number;
  readonly northE7: number;
  readonly westE7: number;
  readonly eastE7: number;
}

/**
 * The point that distances are measured from. Within a search they stand for themselves as **haversines**,
 * sin²(angle / 2), from 0 to 1, which rise with the distance and are cheaper to find:
 *
 *     hav(angle) = hav(Δlatitude) + cos(latitude₁) · cos(latitude₂) · hav(Δlongitude)
 *
 * See R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (1984). Differences are taken of
 * integers, so equal points are at exactly 0, also at a pole and on both sides of the 180th meridian.
 */
export class Origin {
  readonly #latitudeE7: number;
  readonly #longitudeE7: number;
  readonly #cosine: number;

  constructor(latitudeE7: number, longitudeE7: number) {
    this.#latitudeE7 = latitudeE7;
    this.#longitudeE7 = longitudeE7;
    this.#cosine = cosineOf(latitudeE7);
  }

  /** The haversine of a point, or one above `limit`, where that is below the point's. */
  haversine(latitudeE7: number, longitudeE7: number, limit: number): number {
    const ofLatitude = haversineOf(latitudeE7 - this.#latitudeE7);
    if (ofLatitude > limit) return ofLatitude;
    const ofLongitude = haversineOf(this.#wayRound(longitudeE7));
    return ofLatitude + this.#cosine * cosineOf(latitudeE7) * ofLongitude;
  }

  /** At most the haversine of any point of a cell: each term is the least that it is within the cell. */
  least({ southE7, northE7, westE7, eastE7 }: Cell): number {
    const [latitude, longitude] = [this.#latitudeE7, this.#longitudeE7];
    const ofLatitude = haversineOf(Math.max(southE7 - latitude, latitude - northE7, 0));
    const isBetween = westE7 <= longitude && longitude <= eastE7;
    const way = isBetween ? 0 : Math.min(this.#wayRound(westE7), this.#wayRound(eastE7));
    const cosine = Math.min(cosineOf(southE7), cosineOf(northE7));
    return (ofLatitude + this.#cosine * cosine * haversineOf(way)) * ROUNDED_DOWN;
  }

  /** At least the haversine of any point of a cell: each term is the most that it is within the cell. */
  most({ southE7, northE7, westE7, eastE7 }: Cell): number {
    const [latitude, longitude] = [this.#latitudeE7, this.#longitudeE7];
    const ofLatitude = haversineOf(Math.max(latitude - southE7, northE7 - latitude));
    const opposite = longitude <= 0 ? longitude + ANTIMERIDIAN_E7 : longitude - ANTIMERIDIAN_E7;
    const isOpposite = westE7 <= opposite && opposite <= eastE7;
    const way = isOpposite
      ? ANTIMERIDIAN_E7
      : Math.max(this.#wayRound(westE7), this.#wayRound(eastE7));
    const spansEquator = southE7 <= 0 && 0 <= northE7;
    const cosine = spansEquator ? 1 : Math.max(cosineOf(southE7), cosineOf(northE7));
    return (ofLatitude + this.#cosine * cosine * haversineOf(way)) * ROUNDED_UP;
  }

  /** How far a meridian is in longitude, the shorter way round. */
  #wayRound(longitudeE7: number): number {
    const way = Math.abs(longitudeE7 - this.#longitudeE7);
    return way > ANTIMERIDIAN_E7 ? TURN_E7 - way : way;
  }
}

/** The haversine of an angle. */
function haversineOf(angleE7: number): number {
  const sine = Math.sin(angleE7 * HALF_RADIANS_PER_E7);
  return sine * sine;
}

/** A parallel's share of the equator's length: at a pole exactly none. */
function cosineOf(latitudeE7: number): number {
  if (latitudeE7 === POLE_E7 || latitudeE7 === -POLE_E7) return 0;
  return Math.cos(latitudeE7 * RADIANS_PER_E7);
}

/** The distance of a haversine, in metres. */
export function metresOf(haversine: number): number {
  // Of two points opposite each other, rounding may make it a little more than 1.
  return 2 * EARTH_RADIUS_METRES * Math.asin(Math.sqrt(Math.min(haversine, 1)));
}

/** The haversine of a distance in metres; of any that is longer than half around the Earth, infinity. */
export function haversineOfMetres(metres: number): number {
  const half = metres / (2 * EARTH_RADIUS_METRES);
  return half >= Math.PI / 2 ? Infinity : Math.sin(half) ** 2;
}
