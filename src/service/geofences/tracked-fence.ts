import { areaOf } from './area-of.ts';
import { relationOf, type FenceArea, type Fix } from './fence-area.ts';
import type { Geofence } from './geofence.ts';
import { INSIDE, nextPresence, type Presence } from './presence.ts';

/** A geofence, and the clients that are in it. */
export class TrackedFence {
  readonly name: string;
  area: FenceArea;
  #minimumDwellS: number;
  /** By the slots of the clients. */
  readonly presences = new Map<number, Presence>();

  constructor({ name, shape, minimumDwellS }: Geofence) {
    this.name = name;
    this.area = areaOf(shape);
    this.#minimumDwellS = minimumDwellS;
  }

  /** Takes another shape and dwell. Who has entered is inside until the next fix. */
  change({ shape, minimumDwellS }: Geofence): void {
    this.area = areaOf(shape);
    this.#minimumDwellS = minimumDwellS;
  }

  /** Whether a client has entered. */
  isInside(slot: number): boolean {
    return this.presences.get(slot) === INSIDE;
  }

  /** Looks at a client's next fix, and says what the client has done by it. */
  look(slot: number, fix: Fix): 'enter' | 'leave' | undefined {
    const before = this.presences.get(slot);
    const relation = relationOf(this.area, fix);
    const after = nextPresence(before, relation, fix.timeS, this.#minimumDwellS);
    if (after === before) return undefined;
    if (after === undefined) this.presences.delete(slot);
    else this.presences.set(slot, after);
    if (before === INSIDE) return 'leave';
    return after === INSIDE ? 'enter' : undefined;
  }
}
