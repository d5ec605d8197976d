import { chordSquared, type Point } from './sphere.ts';

/** An entry of the index: a circle on the sphere. */
export interface IndexedCircle {
  readonly centre: Point;
  readonly query: { readonly radiusMetres: number };
}

/** The circles of one cube, or of some that have one key. */
type Cube<T> = Set<T>;

/** From a cube to itself and to the 26 that touch it. */
const STEPS = [-1, 0, 1];
const NEIGHBOURS = STEPS.flatMap((x) => STEPS.flatMap((y) => STEPS.map((z) => ({ x, y, z }))));

/**
 * Finds the circles that a point lies in. Space is cut into cubes, once for each power of two: a
 * circle is in the cube that contains its centre, among those whose width is at least its radius.
 * So every circle around a point is in the point's own cube or in one that touches it.
 */
export class CircleIndex<T extends IndexedCircle> {
  /** For each level, the cubes in which there are circles. */
  readonly #levels = new Map<number, Map<number, Cube<T>>>();

  add(circle: T): void {
    const { centre, query } = circle;
    const level = levelOf(query.radiusMetres);
    const cubes = this.#levels.get(level) ?? new Map<number, Cube<T>>();
    const key = keyOf(cubeAt(centre, level));
    const cube = cubes.get(key) ?? new Set<T>();
    cube.add(circle);
    cubes.set(key, cube);
    this.#levels.set(level, cubes);
  }

  delete(circle: T): void {
    const level = levelOf(circle.query.radiusMetres);
    const key = keyOf(cubeAt(circle.centre, level));
    const cubes = this.#levels.get(level);
    const cube = cubes?.get(key);
    cube?.delete(circle);
    if (cube?.size === 0) cubes?.delete(key);
    if (cubes?.size === 0) this.#levels.delete(level);
  }

  /**
   * The circles of at least this radius whose edge is at least `insetMetres` from a point inside them,
   * and some that are smaller, or whose edge is a little nearer.
   */
  around(point: Point, leastRadiusMetres: number, insetMetres: number): Set<T> {
    const leastLevel = levelOf(leastRadiusMetres);
    const found = new Set<T>();
    for (const [level, cubes] of this.#levels) {
      if (level < leastLevel) continue;
      const own = cubeAt(point, level);
      for (const { x, y, z } of NEIGHBOURS) {
        const cube = cubes.get(keyOf({ x: own.x + x, y: own.y + y, z: own.z + z }));
        if (cube !== undefined) collect(cube, point, insetMetres, found);
      }
    }
    return found;
  }
}

function collect<T extends IndexedCircle>(
  cube: Cube<T>,
  point: Point,
  insetMetres: number,
  found: Set<T>,
): void {
  for (const circle of cube) {
    // The straight way is never longer than the one over the ground, and is found without a sine.
    const reach = circle.query.radiusMetres - insetMetres;
    if (reach >= 0 && chordSquared(circle.centre, point) <= reach * reach) found.add(circle);
  }
}

/** The level whose cubes are the smallest that are not narrower than the radius. */
function levelOf(radiusMetres: number): number {
  return Math.ceil(Math.log2(radiusMetres));
}

/** The cube that a point is in, as its place in the grid. */
function cubeAt({ x, y, z }: Point, level: number): Point {
  const width = 2 ** level;
  return { x: Math.floor(x / width), y: Math.floor(y / width), z: Math.floor(z / width) };
}

/**
 * A number for a cube. Several cubes may have the same one: then more circles are looked at. The
 * factors are those of Teschner et al., "Optimized Spatial Hashing" (2003).
 */
function keyOf({ x, y, z }: Point): number {
  return Math.imul(x, 73_856_093) ^ Math.imul(y, 19_349_663) ^ Math.imul(z, 83_492_791);
}
