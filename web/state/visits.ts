import type { HerdEvent } from 'proxy-herd/client';

/** So many crossings are kept, the newest. */
const KEPT_CROSSINGS = 20;

/** A client that has entered or left a geofence. */
export interface Crossing {
  /** Its number, as long as the page is open. */
  readonly id: number;
  readonly kind: 'enter' | 'leave';
  readonly geofence: string;
  readonly client: string;
  /** When the fix that shows it was, or else when this page was told: in milliseconds since 1970. */
  readonly atMs: number;
}

/** Who is in which geofence, and who entered and left: as a stream of these geofences says. Knows no clock. */
export class Visits {
  readonly #inside = new Map<string, ReadonlySet<string>>();
  #crossings: readonly Crossing[] = [];
  #lastId = 0;
  #isWhole = false;

  /** Whether all that there was has been told. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** The newest first. */
  get crossings(): readonly Crossing[] {
    return this.#crossings;
  }

  /** The clients in a geofence, by name. */
  inside(geofence: string): readonly string[] {
    return [...this.#inside]
      .flatMap(([client, names]) => (names.has(geofence) ? [client] : []))
      .sort();
  }

  /** Takes an event that came at this time, in milliseconds since 1970. */
  take(event: HerdEvent, nowMs: number): void {
    switch (event.type) {
      case 'location':
        this.#inside.set(event.location.client, new Set(event.location.geofences));
        break;
      case 'enter':
        this.#inside.set(event.client, new Set([...this.#of(event.client), event.geofence]));
        this.#note(event, nowMs);
        break;
      case 'leave': {
        const left = [...this.#of(event.client)].filter((name) => name !== event.geofence);
        this.#inside.set(event.client, new Set(left));
        this.#note(event, nowMs);
        break;
      }
      case 'left':
      case 'removed':
        this.#inside.delete(event.client);
        break;
      case 'reset':
        this.#inside.clear();
        this.#isWhole = false;
        break;
      case 'ready':
        this.#isWhole = true;
        break;
      case 'seen':
        break;
    }
  }

  #of(client: string): Iterable<string> {
    return this.#inside.get(client) ?? [];
  }

  #note(event: HerdEvent & { readonly type: 'enter' | 'leave' }, nowMs: number): void {
    const { type: kind, geofence, client, location } = event;
    const atMs = location === undefined ? nowMs : Math.min(nowMs, Date.parse(location.time));
    const crossing = { id: ++this.#lastId, kind, geofence, client, atMs };
    this.#crossings = [crossing, ...this.#crossings].slice(0, KEPT_CROSSINGS);
  }
}
