import type { Location } from '../store/location.ts';
import type { BoxEdges } from '../store/spatial-index-box.ts';
import { BEFORE_ALL_SLOTS, type SpatialCursor } from '../store/spatial-index-nearest.ts';
import { haversineOfMetres } from '../store/spatial-index-origin.ts';
import type { SpatialAnswer, SpatialQuestion } from '../store/spatial-index.ts';
import type { LocationStore } from '../store/store.ts';

/**
 * How many clients are taken into the index in a tick while it is made: a few milliseconds of work, so that a
 * million are in it after some hundred ticks.
 */
const CLIENTS_A_TICK = 5000;

/**
 * How many nodes and clients are looked at where each is looked at closely, since only some are wanted: a few
 * milliseconds of work.
 */
const CLOSE_VISITS = 4000;

/** A box on the map; see `BoxEdges`. */
export type ClientBox = BoxEdges;

/** The box that all clients are in. */
export const WHOLE_EARTH: ClientBox = {
  westE7: -180e7,
  southE7: -90e7,
  eastE7: 180e7,
  northE7: 90e7,
};

/** A place in an answer: see `SpatialCursor`; or after a client at a distance, where no server holds all clients. */
export type ClientCursor = SpatialCursor | SpreadCursor;

/** A place in the order of an answer by the distance, then by the client's ID. */
export interface SpreadCursor {
  readonly metres: number;
  /** One character a byte; empty: before all clients at that distance. */
  readonly client: string;
}

/** Who is near, wherever the clients are held. */
export interface Finder {
  /** The clients nearest to a point, in 1e-7 degree. @throws {SpatialQuestionError} */
  nearest(
    latitudeE7: number,
    longitudeE7: number,
    question: ClientQuestion & { readonly radiusMetres?: number | undefined },
  ): Promise<NearbyClients>;
  /** The clients in a box, those nearest to its middle first. @throws {SpatialQuestionError} */
  inBox(edges: ClientBox, question: ClientQuestion): Promise<NearbyClients>;
}

/** The size of the answer, and the selected clients. */
export interface ClientQuestion {
  /** How many clients at most. */
  readonly limit: number;
  /** Only what comes after an answer before: its `next`. */
  readonly after?: ClientCursor | undefined;
  /** Whether a client may be in the answer; all if not given. */
  readonly isWanted?: ((location: Location) => boolean) | undefined;
}

/** A client that was found. */
export interface NearbyClient {
  readonly location: Location;
  /** From the point that was asked about; of a box, from its middle. */
  readonly distanceMetres: number;
}

/** Clients, the nearest first, and where the next question goes on; see `SpatialAnswer`. */
export interface NearbyClients {
  readonly clients: readonly NearbyClient[];
  readonly next: ClientCursor | undefined;
}

/** Who is near: questions wait until the index of where clients are is made, once, at the first of them. */
export class ClientFinder implements Finder {
  readonly #store: LocationStore;
  readonly #wake: () => void;
  /** What to do when the index is made; `undefined`: it is, or nobody has asked yet. */
  #waiting: (() => void)[] | undefined;
  #isReady = false;

  /** @param wake asks for a tick, soon */
  constructor(store: LocationStore, wake: () => void) {
    this.#store = store;
    this.#wake = wake;
  }

  async nearest(
    latitudeE7: number,
    longitudeE7: number,
    question: ClientQuestion & { readonly radiusMetres?: number | undefined },
  ): Promise<NearbyClients> {
    await this.#ready();
    return this.#answer(
      this.#store.positions.nearest(latitudeE7, longitudeE7, this.#spatial(question)),
    );
  }

  async inBox(edges: ClientBox, question: ClientQuestion): Promise<NearbyClients> {
    await this.#ready();
    return this.#answer(this.#store.positions.inBox(edges, this.#spatial(question)));
  }

  /** Goes on making the index, where somebody waits for it. To be called once a tick. */
  work(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    if (!this.#store.positions.fill(CLIENTS_A_TICK)) return this.#wake();
    this.#isReady = true;
    this.#waiting = undefined;
    for (const goOn of waiting) goOn();
  }

  #ready(): Promise<void> | undefined {
    if (this.#isReady) return undefined;
    return new Promise((resolve) => {
      (this.#waiting ??= []).push(resolve);
      this.#wake();
    });
  }

  #spatial<Q extends ClientQuestion>({
    isWanted,
    after: cursor,
    ...rest
  }: Q): Omit<Q, 'isWanted' | 'after'> & SpatialQuestion {
    const question = { ...rest, after: cursor && spatialCursor(cursor) };
    if (isWanted === undefined) return question;
    const accepts = (slot: number): boolean => isWanted(this.#store.locationAt(slot));
    return { ...question, accepts, maxVisits: CLOSE_VISITS };
  }

  #answer({ found, next }: SpatialAnswer): NearbyClients {
    const clients = found.map(({ slot, distanceMetres }) => ({
      location: this.#store.locationAt(slot),
      distanceMetres,
    }));
    return { clients, next };
  }
}

/** Below every haversine whose distance is the same number of metres. */
const ROUNDING = 1 - 1e-9;

/** Before all that may be after a cursor. */
function spatialCursor(cursor: ClientCursor): SpatialCursor {
  if ('slot' in cursor) return cursor;
  return { haversine: haversineOfMetres(cursor.metres) * ROUNDING, slot: BEFORE_ALL_SLOTS };
}
