import { compareInstants, millisecondsBefore, type Instant } from '../protocol/timestamp.ts';
import type { Location } from '../store/location.ts';
import {
  encodeSign,
  signKey,
  type BatteryReading,
  type SignOfLife,
} from '../store/sign-of-life.ts';
import type { StoredSigns } from '../store/stored-signs.ts';
import { NO_SLOT } from '../store/slot-index.ts';

/**
 * How close to the last that was received of a client a sign of life is not kept, in milliseconds: so idle clients cost the
 * herd a record each in so long at most, however often they say that they live, and are seen as that much staler at most.
 */
const SIGN_INTERVAL_MS = 30_000;

/** What the sign of life says that a report of before the client's location is. */
export const LATE_REPORT = 'report';

/** What became of a sign of life. */
export type SignOutcome =
  | 'kept'
  | 'coalesced' // the client was seen just before
  | 'refused'; // there are as many as there may be, or no memory, or the ID is too long

/** When a client was last seen, and what it then said of its battery where it said nothing else. */
export type LastSeen = Pick<SignOfLife, 'received' | 'batteryPercent' | 'charging'>;

/** What keeping signs of life needs. */
export interface SignParts {
  readonly signs: Pick<StoredSigns, 'count' | 'find' | 'at' | 'of' | 'lastSeen'>;
  readonly now: () => Instant;
  /** How many clients there may be: so many signs of life there may be as well. */
  readonly maxClients: () => number;
  /** Whether a journal may still bring some. */
  readonly isReplaying: () => boolean;
  /** Puts the document of a key into the whole herd, or removes it where there is no `body`. */
  readonly put: (key: Buffer, body: string | undefined) => 'accepted' | 'out of memory';
}

/**
 * When clients were last seen that did not say where they are. All servers of the herd know it: a sign of life is kept and
 * replicated as a location is, but for that nothing is promised of it.
 */
export class SignsOfLife {
  readonly #parts: SignParts;
  /** What became of those that this server received. */
  readonly counts: Record<SignOutcome, number> = { kept: 0, coalesced: 0, refused: 0 };

  constructor(parts: SignParts) {
    this.#parts = parts;
  }

  /**
   * Notes that a client was heard of.
   *
   * @param client its ID
   * @param app what it was heard through: a name of small letters and hyphens
   * @throws {AttributeError} where no battery is like that
   */
  note(client: Buffer, app: string, reading: BatteryReading): SignOutcome {
    const outcome = this.#note(client, app, reading);
    this.counts[outcome] += 1;
    return outcome;
  }

  /** Removes what is kept of it that a client was heard of, also by a server that this one does not know of yet. */
  remove(client: Buffer): void {
    const key = signKey(client);
    // Without memory for the tombstone there is no sign of life here that it would be in the place of.
    if (key !== undefined) this.#parts.put(key, undefined);
  }

  /** The last sign of life of a client; `undefined` where there is none. */
  of(client: Buffer): SignOfLife | undefined {
    return this.#parts.signs.of(client);
  }

  /** When the client of a location was last seen: its sign of life, where that is later than the location. */
  lastSeen(location: Location): LastSeen {
    const sign = this.of(Buffer.from(location.client, 'latin1'));
    return sign !== undefined && isLater(sign.received, location.received) ? sign : location;
  }

  #note(client: Buffer, app: string, reading: BatteryReading): SignOutcome {
    const { signs, now, maxClients, isReplaying, put } = this.#parts;
    const key = signKey(client);
    if (key === undefined) return 'refused';
    const slot = signs.find(key);
    const seen = signs.lastSeen(client, slot);
    const since = millisecondsBefore(now(), SIGN_INTERVAL_MS);
    if (seen !== undefined && isLater(seen, since)) return 'coalesced';
    const isFull = signs.count >= maxClients() && !isReplaying();
    if (isFull && slot === NO_SLOT) return 'refused';
    const before = slot === NO_SLOT ? undefined : signs.at(slot);
    const text = encodeSign(app, lastReading(reading, before, seen));
    return put(key, text) === 'accepted' ? 'kept' : 'refused';
  }
}

function isLater(a: Instant, b: Instant): boolean {
  return compareInstants(a, b) > 0;
}

/** What a client does not say of its battery it said last, if that was with the last that was received of it. */
function lastReading(
  { batteryPercent, charging }: BatteryReading,
  before: SignOfLife | undefined,
  seen: Instant | undefined,
): BatteryReading {
  const isLast = before !== undefined && seen !== undefined && !isLater(seen, before.received);
  if (!isLast) return { batteryPercent, charging };
  return {
    batteryPercent: batteryPercent ?? before.batteryPercent,
    charging: charging ?? before.charging,
  };
}
