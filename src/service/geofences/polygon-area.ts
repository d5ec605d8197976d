import CheapRuler from 'cheap-ruler';
import isInPolygon from 'point-in-polygon-hao';

import type { DegreeBox } from './degree-box.ts';
import type { FenceArea } from './fence-area.ts';
import type { GeofenceVertex } from './geofence.ts';

type Point = [longitude: number, latitude: number];

/**
 * A polygon whose sides are straight on a map of latitude and longitude, as GeoJSON has it (RFC 7946, section 3.1.1),
 * and do not cross the antimeridian.
 */
export class PolygonArea implements FenceArea {
  readonly boxes: readonly DegreeBox[];
  readonly depthM: number;
  /** The border, from a vertex back to itself. */
  readonly #border: Point[];

  /** @param vertices three at least; the last is joined to the first */
  constructor(vertices: readonly GeofenceVertex[]) {
    const ring = vertices.map(({ latitude, longitude }): Point => [longitude, latitude]);
    const longitudes = ring.map(([longitude]) => longitude);
    const latitudes = ring.map(([, latitude]) => latitude);
    const [south, north] = [Math.min(...latitudes), Math.max(...latitudes)];
    this.#border = [...ring, ...ring.slice(0, 1)];
    this.boxes = [{ south, north, west: Math.min(...longitudes), east: Math.max(...longitudes) }];
    const ruler = new CheapRuler((south + north) / 2, 'meters');
    this.depthM = ruler.area([this.#border]) / ruler.lineDistance(this.#border);
  }

  contains(latitude: number, longitude: number): boolean {
    return isInPolygon([longitude, latitude], [this.#border]) !== false;
  }

  borderDistanceM(latitude: number, longitude: number): number {
    const ruler = new CheapRuler(latitude, 'meters');
    const point: Point = [longitude, latitude];
    let leastM = Infinity;
    let before: Point | undefined;
    for (const vertex of this.#border) {
      if (before !== undefined) {
        leastM = Math.min(leastM, ruler.pointToSegmentDistance(point, before, vertex));
      }
      before = vertex;
    }
    return leastM;
  }
}
