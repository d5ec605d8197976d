import type { Location, HerdEvent } from 'proxy-herd/client';

/** A client where it was last, and before that. */
export interface ClientState {
  readonly location: Location;
  /** When that is from, by the herd's clocks, in milliseconds since 1970: no later than its receipt. */
  readonly fixMs: number;
  /** When this page received it, in milliseconds since 1970. */
  readonly arrivedMs: number;
  /** The fix before it, where there was one. */
  readonly before: { readonly location: Location; readonly fixMs: number } | undefined;
}

/**
 * The last known locations of the clients, as the stream has told them. Knows no clock.
 */
export class ClientTable {
  readonly #clients = new Map<string, ClientState>();
  /** One client that stays, though a stream of an area does not have it: it has a stream of its own. */
  pinned: string | undefined;
  /** What a snapshot has yet to confirm, between `reset` and `ready`. */
  #unconfirmed: Set<string> | undefined;

  get size(): number {
    return this.#clients.size;
  }

  get(client: string): ClientState | undefined {
    return this.#clients.get(client);
  }

  values(): IterableIterator<ClientState> {
    return this.#clients.values();
  }

  /**
   * Takes an event.
   *
   * @returns the clients that it changes; a location that is older than the one there is changes none
   */
  take(event: HerdEvent, arrivedMs: number): readonly string[] {
    switch (event.type) {
      case 'location':
        return this.#put(event.location, arrivedMs) ? [event.location.client] : [];
      case 'left':
        if (event.client === this.pinned) return [];
        return this.#clients.delete(event.client) ? [event.client] : [];
      case 'removed':
        return this.#clients.delete(event.client) ? [event.client] : [];
      case 'reset':
        this.#unconfirmed = new Set(this.#clients.keys());
        return [];
      case 'ready':
        return this.#dropUnconfirmed();
      default:
        return [];
    }
  }

  #put(location: Location, arrivedMs: number): boolean {
    this.#unconfirmed?.delete(location.client);
    const last = this.#clients.get(location.client);
    const fixMs = Math.min(Date.parse(location.time), Date.parse(location.receivedAt));
    // Another server may be behind the one before.
    if (last !== undefined && fixMs < last.fixMs) return false;
    const before = last === undefined ? undefined : { location: last.location, fixMs: last.fixMs };
    this.#clients.set(location.client, { location, fixMs, arrivedMs, before });
    return true;
  }

  #dropUnconfirmed(): readonly string[] {
    const gone = [...(this.#unconfirmed ?? [])].filter((client) => client !== this.pinned);
    this.#unconfirmed = undefined;
    for (const client of gone) this.#clients.delete(client);
    return gone;
  }
}
