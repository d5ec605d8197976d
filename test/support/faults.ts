import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../simulation/random.ts';
import { converge } from './convergence.ts';
import type { Ledger } from './ledger.ts';
import type { RelayedHerd } from './relayed-herd.ts';

/** How long a herd without new faults may take to agree, in milliseconds: far above what it takes. */
export const AGREE_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 10;

/** A span of time that a random wait is chosen from, in milliseconds. */
type Span = readonly [least: number, most: number];

/** How often faults happen, and how long they last. */
export interface FaultPace {
  /** Between two kills. */
  readonly betweenKills: Span;
  /** From a kill to the restart. */
  readonly down: Span;
  /** Between two SIGSTOPs, and from one to its SIGCONT. */
  readonly betweenStops: Span;
  readonly stopped: Span;
  /** Between two faults of links that one hand makes, of which there are two. */
  readonly betweenLinkFaults: Span;
  readonly linkFaulty: Span;
}

/** How many faults of each kind there were. */
export interface FaultCounts {
  kill: number;
  stop: number;
  cut: number;
  freeze: number;
}

/** The herd did not come to agree within a long time without new faults. */
export class DisagreementError extends Error {
  override readonly name = 'DisagreementError';
}

/**
 * Kills and stops servers, cuts and freezes links, at random and several at once, and undoes all.
 *
 * A reply promises that its location is in the server's memory and was written to its neighbours, so
 * that the loss of one server at a time loses nothing. A kill therefore waits until every server runs,
 * links that are up join them all, and each holds what had been answered before; and until what the
 * killed server had written has been delivered, nothing else happens. Links may be cut or frozen at
 * that time, as long as the others join the herd. Stops and faults of links destroy no memory, and may
 * come at any time, also while a killed server is down or comes back.
 */
export class Faults {
  readonly counts: FaultCounts = { kill: 0, stop: 0, cut: 0, freeze: 0 };
  readonly #herd: RelayedHerd;
  readonly #ledger: Ledger;
  readonly #pace: FaultPace;
  /** Held by whoever begins a fault. */
  readonly #turn = new Turnstile();
  /** When the last fault was undone, on the clock of `performance`. */
  #undoneAt = performance.now();

  constructor(herd: RelayedHerd, ledger: Ledger, pace: FaultPace) {
    this.#herd = herd;
    this.#ledger = ledger;
    this.#pace = pace;
  }

  get undoneAt(): number {
    return this.#undoneAt;
  }

  /**
   * Goes on until told to stop; then every fault has been undone.
   *
   * @throws {DisagreementError}
   */
  async run(random: Random, stop: AbortSignal): Promise<void> {
    const failed = new AbortController();
    const signal = AbortSignal.any([stop, failed.signal]);
    const hand = async (act: (own: Random) => Promise<void>, between: Span): Promise<void> => {
      const own = random.fork();
      try {
        while (await pause(pick(between, own), signal)) await act(own);
      } catch (error) {
        failed.abort();
        throw error;
      }
    };
    const { betweenKills, betweenStops, betweenLinkFaults } = this.#pace;
    const hands = await Promise.allSettled([
      hand((own) => this.#kill(own, signal), betweenKills),
      hand((own) => this.#stop(own, signal), betweenStops),
      hand((own) => this.#disturbLink(own, signal), betweenLinkFaults),
      hand((own) => this.#disturbLink(own, signal), betweenLinkFaults),
    ]);
    for (const result of hands) if (result.status === 'rejected') throw result.reason;
  }
}
