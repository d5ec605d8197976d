import { EARTH_RADIUS_METRES } from '../../protocol/earth.ts';
import { haversineOfMetres, metresOf, Origin } from '../../store/spatial-index-origin.ts';
import { splitBox, type DegreeBox } from './degree-box.ts';
import type { FenceArea } from './fence-area.ts';
import type { GeofenceCircle } from './geofence.ts';

const E7 = 10_000_000;
const DEGREES = 180 / Math.PI;
/** How much boxes are larger than they need to be, in degrees: more than rounding can make them smaller. */
const ROUNDING = 1e-9;

/** What is within a great-circle distance of a point. */
export class CircleArea implements FenceArea {
  readonly boxes: readonly DegreeBox[];
  readonly depthM: number;
  readonly #middle: Origin;
  readonly #radiusM: number;
  readonly #haversine: number;

  constructor({ latitude, longitude, radiusM }: GeofenceCircle) {
    this.boxes = boxesAround(latitude, longitude, radiusM);
    this.depthM = radiusM / 2;
    this.#middle = new Origin(Math.round(latitude * E7), Math.round(longitude * E7));
    this.#radiusM = radiusM;
    this.#haversine = haversineOfMetres(radiusM);
  }

  contains(latitude: number, longitude: number): boolean {
    return this.#haversineOf(latitude, longitude) <= this.#haversine;
  }

  borderDistanceM(latitude: number, longitude: number): number {
    return Math.abs(metresOf(this.#haversineOf(latitude, longitude)) - this.#radiusM);
  }

  #haversineOf(latitude: number, longitude: number): number {
    return this.#middle.haversine(latitude * E7, longitude * E7, Infinity);
  }
}

/**
 * The boxes that have a circle. The meridians that touch it are asin(sin r / cos latitude) away from its middle, r
 * being its radius as an angle; one that reaches a pole meets all meridians. See J. P. Matuschek, "Finding Points
 * Within a Distance of a Latitude/Longitude Using Bounding Coordinates" (2010).
 */
function boxesAround(latitude: number, longitude: number, radiusM: number): readonly DegreeBox[] {
  const radius = radiusM / EARTH_RADIUS_METRES;
  const [south, north] = [
    latitude - radius * DEGREES - ROUNDING,
    latitude + radius * DEGREES + ROUNDING,
  ];
  if (south <= -90 || north >= 90) return [{ south, north, west: -180, east: 180 }];
  const ratio = Math.sin(radius) / Math.cos(latitude / DEGREES);
  const half = Math.asin(Math.min(ratio, 1)) * DEGREES + ROUNDING;
  return splitBox({ south, north, west: longitude - half, east: longitude + half });
}
