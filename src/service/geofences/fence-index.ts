import Flatbush from 'flatbush';

import type { DegreeBox } from './degree-box.ts';

/** What is somewhere on the map. */
interface Placed {
  readonly area: { readonly boxes: readonly DegreeBox[] };
}

/** Finds the geofences that may contain a position, by their boxes: a tree, rebuilt when geofences change. */
export class FenceIndex<F extends Placed> {
  readonly #fences: readonly F[];
  readonly #tree: Flatbush | undefined;

  constructor(fences: Iterable<F>) {
    const boxes = [...fences].flatMap((fence) => fence.area.boxes.map((box) => ({ box, fence })));
    this.#fences = boxes.map(({ fence }) => fence);
    if (boxes.length === 0) return;
    this.#tree = new Flatbush(boxes.length);
    for (const { box } of boxes) this.#tree.add(box.west, box.south, box.east, box.north);
    this.#tree.finish();
  }

  /** Those that may have a position in them. */
  at(latitude: number, longitude: number): F[] {
    const found = this.#tree?.search(longitude, latitude, longitude, latitude) ?? [];
    const fences: F[] = [];
    for (const index of found) {
      const fence = this.#fences[index];
      if (fence !== undefined) fences.push(fence);
    }
    return fences;
  }
}
