/** The limit that a connection was refused for. */
import type { ClientLimits } from './options.ts';
export type ExceededLimit = 'connections' | 'connectionsPerAddress';

/** Counts connections, and says which may come in. */
export class ConnectionCounts {
  #limits: Pick<ClientLimits, ExceededLimit>;
  readonly #ofAddress = new Map<string, number>();
  #all = 0;
  /** How many were one too many. */
  readonly refused: Record<ExceededLimit, number> = { connections: 0, connectionsPerAddress: 0 };

  constructor(limits: Pick<ClientLimits, ExceededLimit>) {
    this.#limits = limits;
  }

  /** How many there are. */
  get open(): number {
    return this.#all;
  }

  /** Applies new limits; existing connections stay. */
  setLimits(limits: Pick<ClientLimits, ExceededLimit>): void {
    this.#limits = limits;
  }

  /**
   * Counts one more from an address, unless it is one too many.
   *
   * @returns the limit that it would exceed; `undefined` where it is counted
   */
  add(address: string): ExceededLimit | undefined {
    const count = this.#ofAddress.get(address) ?? 0;
    const exceeded = this.#exceeded(count);
    if (exceeded !== undefined) {
      this.refused[exceeded] += 1;
      return exceeded;
    }
    this.#ofAddress.set(address, count + 1);
    this.#all += 1;
    return undefined;
  }

  /** One that was counted has closed. */
  remove(address: string): void {
    const count = this.#ofAddress.get(address) ?? 0;
    if (count > 1) this.#ofAddress.set(address, count - 1);
    else this.#ofAddress.delete(address);
    this.#all -= 1;
  }

  /** The limit that one more from an address that has `count` would exceed. */
  #exceeded(count: number): ExceededLimit | undefined {
    if (count >= this.#limits.connectionsPerAddress) return 'connectionsPerAddress';
    return this.#all >= this.#limits.connections ? 'connections' : undefined;
  }
}
