import type { VersionVector } from '../../store/version-vector.ts';
import type { RecordIdentity } from '../geofences/transition.ts';

/** What a subscriber has: from here it can go on at any server of the herd. */
export interface LiveCursor {
  /** When it had that, in milliseconds since the POSIX epoch. */
  readonly timeMs: number;
  /** Of each origin it has the records up to this sequence number, or newer ones of their clients. */
  readonly vector: VersionVector;
}

/** Tells by a cursor which records its subscriber has. */
export class CursorFilter {
  readonly #sequences: ReadonlyMap<string, number>;
  /** By the store's number of an origin; made again where the store has another origin under it. */
  readonly #byOrigin: { readonly name: Buffer; readonly epoch: number; readonly upTo: number }[] =
    [];

  constructor({ vector }: LiveCursor) {
    this.#sequences = new Map(
      vector.map(({ name, epoch, sequence }) => [keyOf(name, epoch), sequence]),
    );
  }

  /** Whether the subscriber has the record of this sequence number, or a newer one of its client. */
  has(origins: OriginNames, origin: number, sequence: number): boolean {
    const name = origins.name(origin);
    const epoch = origins.epoch(origin);
    let known = this.#byOrigin[origin];
    if (known?.name !== name || known.epoch !== epoch) {
      const upTo = this.#sequences.get(keyOf(name.toString('latin1'), epoch)) ?? 0;
      known = { name, epoch, upTo };
      this.#byOrigin[origin] = known;
    }
    return sequence <= known.upTo;
  }

  /** The same of a record that may not be in the store any more. */
  hasRecord({ origin, epoch, sequence }: RecordIdentity): boolean {
    return sequence <= (this.#sequences.get(keyOf(origin, epoch)) ?? 0);
  }
}

/** The store's origins, each a server in one of its epochs, by small numbers. */
export interface OriginNames {
  name(origin: number): Buffer;
  epoch(origin: number): number;
}

function keyOf(name: string, epoch: number): string {
  return `${epoch} ${name}`;
}
