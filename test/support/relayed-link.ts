import type { Address } from '#src/transport/address.js';
import type { LinkPair } from '#src/replication/topology.js';
import { Relay } from './relay.ts';

/**
 * A link between two servers that goes through relays: either server may dial the other, so there
 * is one for each direction of dialling.
 */
export class RelayedLink implements AsyncDisposable {
  readonly pair: LinkPair;
  /** By the server that dials. */
  readonly #relays: ReadonlyMap<string, Relay>;
  #state: 'sound' | 'cut' | 'frozen' = 'sound';

  private constructor(pair: LinkPair, relays: ReadonlyMap<string, Relay>) {
    this.pair = pair;
    this.#relays = relays;
  }

  /** @param peersOf where a server listens for its neighbours, or a NATS server for its clients */
  static async start(pair: LinkPair, peersOf: (server: string) => Address): Promise<RelayedLink> {
    const [a, b] = pair;
    const relays = [
      [a, await Relay.start(peersOf(b))],
      [b, await Relay.start(peersOf(a))],
    ] as const;
    return new RelayedLink(pair, new Map(relays));
  }

  get state(): 'sound' | 'cut' | 'frozen' {
    return this.#state;
  }

  /** How many records have gone over it, both ways. */
  get records(): number {
    return [...this.#relays.values()].reduce((sum, { records }) => sum + records, 0);
  }

  /** Whether the two servers reach each other over it. */
  get isUp(): boolean {
    return [...this.#relays.values()].some(({ carries }) => carries);
  }

  /** What this server dials to reach the other one. */
  addressFor(dialler: string): Address {
    const relay = this.#relays.get(dialler);
    if (relay === undefined)
      throw new Error(`${dialler} is not on the link ${this.pair.join('-')}`);
    return relay.address;
  }

  /** Closes the link's connections at both ends, and each new one. */
  cut(): void {
    this.#state = 'cut';
    for (const relay of this.#relays.values()) relay.cut();
  }

  /** Leaves the connections half-open: takes bytes and new connections, and passes nothing on. */
  freeze(): void {
    this.#state = 'frozen';
    for (const relay of this.#relays.values()) relay.freeze();
  }

  heal(): void {
    this.#state = 'sound';
    for (const relay of this.#relays.values()) relay.heal();
  }

  /** Waits until the connections of now have ended, with all that was said on them delivered. */
  async drained(): Promise<void> {
    await Promise.all([...this.#relays.values()].map((relay) => relay.drained()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#relays.values()].map((relay) => relay[Symbol.asyncDispose]()));
  }
}
