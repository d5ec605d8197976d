import { areaOf } from './area-of.ts';
import type { FenceArea } from './fence-area.ts';
import type { Geofence } from './geofence.ts';

/** A geofence, and the clients that have entered it. */
export class TrackedFence {
  readonly name: string;
  area: FenceArea;
  minimumDwellS: number;
  /** The slots of the clients that are inside. */
  readonly inside = new Set<number>();
  /** Whether it was removed: nobody is in it any more. */
  isGone = false;

  constructor({ name, shape, minimumDwellS }: Geofence) {
    this.name = name;
    this.area = areaOf(shape);
    this.minimumDwellS = minimumDwellS;
  }

  /** Takes another shape and dwell. Who has entered is inside until the next fix. */
  change({ shape, minimumDwellS }: Geofence): void {
    this.area = areaOf(shape);
    this.minimumDwellS = minimumDwellS;
  }
}
