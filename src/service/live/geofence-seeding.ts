import type { Elsewhere } from '../../replication/elsewhere.ts';
import type { Location } from '../../store/location.ts';
import { WHOLE_EARTH } from '../nearby-clients.ts';
import type { Area } from '../spread/part.ts';
import type { LiveGeofences } from './transition-events.ts';

/** How long to wait before it is tried again where somebody did not answer, in milliseconds. */
const RETRY_MS = 1000;
/** How many clients are read at once. */
const READS_AT_ONCE = 64;

/** What seeding needs. */
interface SeedingParts {
  readonly elsewhere: Pick<Elsewhere, 'fetch'> & {
    pages(area: Area): AsyncIterable<readonly Location[]>;
  };
  readonly geofences: Pick<LiveGeofences, 'namesAt' | 'hasGeofences' | 'unfollowed' | 'followsAll'>;
  readonly clientOf: (slot: number) => Buffer;
  readonly delay: (ms: number) => Promise<void>;
}

/**
 * Who is in geofences, where no server holds all: as long as this server listens to what all clients report it knows who enters
 * and leaves, once it has read all who are in one. They stay in the store meanwhile.
 */
export class GeofenceSeeding {
  readonly #parts: SeedingParts;
  /** Which seeding there is: it is another one after each `lose`. */
  #current = {};
  #seeding: Promise<void> | undefined;

  constructor(parts: SeedingParts) {
    this.#parts = parts;
  }

  /** To be called during the initial state: settles when the clients in geofences are known, or no longer matter. */
  seed(): Promise<void> {
    this.#seeding ??= this.#run(this.#current);
    return this.#seeding;
  }

  /** Notes that something may not have come, or that nothing comes any more. */
  lose(): void {
    this.#current = {};
    this.#seeding = undefined;
    this.#parts.geofences.followsAll = false;
  }

  async #run(seeding: object): Promise<void> {
    const { geofences, delay } = this.#parts;
    const isCurrent = (): boolean => this.#current === seeding;
    while (isCurrent() && geofences.hasGeofences && !(await this.#hasRead(isCurrent))) {
      await delay(RETRY_MS);
    }
    if (isCurrent()) geofences.followsAll = true;
  }

  /** Reads all who are in geofences; false where somebody did not answer. */
  async #hasRead(isCurrent: () => boolean): Promise<boolean> {
    const { elsewhere, geofences, clientOf } = this.#parts;
    try {
      // Those that are here from before may have left since.
      await this.#fetch(geofences.unfollowed.map(clientOf));
      for await (const page of elsewhere.pages({ kind: 'box', ...WHOLE_EARTH })) {
        if (!isCurrent()) return true;
        const inside = page.filter(({ position }) => geofences.namesAt(position).length > 0);
        await this.#fetch(inside.map(({ client }) => Buffer.from(client, 'latin1')));
      }
      return true;
    } catch {
      return false;
    }
  }

  async #fetch(clients: readonly Buffer[]): Promise<void> {
    const { elsewhere } = this.#parts;
    for (let start = 0; start < clients.length; start += READS_AT_ONCE) {
      const some = clients.slice(start, start + READS_AT_ONCE);
      await Promise.all(some.map(async (client) => elsewhere.fetch(client, true)));
    }
  }
}
