import type { DigestAt, OriginDigests } from '../../store/origin-digests.ts';
import { MAX_NAMES } from '../../store/server-names.ts';
import { formatHold, formatSend } from './messages.ts';

/** So many heartbeats without what is held back being known from elsewhere, and it is asked for again. */
const MAX_UNKNOWN_HEARTBEATS = 3;
/** How many states of an origin wait to be compared: those of the heartbeats until it is asked for. */
const MAX_STATES = 2 * (MAX_UNKNOWN_HEARTBEATS + 1);
/** How often the number of locations that came second can double before holding is asked for again. */
const MAX_DOUBLINGS = 10;

/** An origin that the neighbour is asked to hold back. */
interface Hold {
  /** The neighbour's changes up to this number hold nothing of the origin that is not held here. */
  safe: number;
  /** Whether it was asked to send again, and has not said yet that it does. */
  ended: boolean;
  /** What the neighbour had of it, at numbers after `safe`. */
  states: DigestAt[];
  /** For how many heartbeats none of these states was one of this server's. */
  unknownHeartbeats: number;
}

/** What one neighbour is asked to hold back: locations that come from another one sooner. */
export class Holds {
  readonly #holds = new Map<number, Hold>();
  /** How many locations of each origin in a row were known here when they came. */
  readonly #seconds = new Uint32Array(MAX_NAMES + 1);
  /** How often each origin had to be asked for again since it was not known from elsewhere. */
  readonly #failures = new Uint8Array(MAX_NAMES + 1);
  /** 1 for an origin that the neighbour does not hold back. */
  readonly #refused = new Uint8Array(MAX_NAMES + 1);
  #requests = '';

  /** The neighbour's changes up to this number hold nothing that is not held here, and was held back. */
  get safe(): number {
    let safe = Infinity;
    for (const hold of this.#holds.values()) safe = Math.min(safe, hold.safe);
    return safe;
  }

  /** Whether the neighbour sends an origin, as far as it was asked. */
  sends(origin: number): boolean {
    return !this.#holds.has(origin);
  }

  /** Notes that the neighbour was the first with a location of an origin. */
  heardFirst(origin: number): void {
    this.#seconds[origin] = 0;
  }

  /** Notes that it was not the first. True where that has been so often enough, each time anew. */
  heardSecond(origin: number, enough: number): boolean {
    const seconds = (this.#seconds[origin] ?? 0) + 1;
    const isEnough = seconds >= enough * 2 ** (this.#failures[origin] ?? 0);
    this.#seconds[origin] = isEnough ? 0 : seconds;
    return isEnough;
  }

  /**
   * Asks for an origin to be held back.
   *
   * @param read how far the neighbour's feed has been read
   */
  hold(origin: number, name: string, read: number): void {
    if (this.#holds.has(origin) || this.#refused[origin] === 1) return;
    this.#holds.set(origin, { safe: read, ended: false, states: [], unknownHeartbeats: 0 });
    this.#requests += formatHold(name);
  }

  /** Asks for an origin to be sent again, from where something may be missing. */
  sendAgain(origin: number, name: string): void {
    const hold = this.#holds.get(origin);
    if (hold === undefined || hold.ended) return;
    hold.ended = true;
    this.#requests += formatSend(name, hold.safe);
  }

  /** Notes that the neighbour sends an origin again, or goes on sending it. */
  sending(origin: number): void {
    const hold = this.#holds.get(origin);
    if (hold === undefined) return;
    if (!hold.ended) this.#refused[origin] = 1;
    this.#holds.delete(origin);
  }

  /** Notes what the neighbour has of an origin that it holds back. */
  told(origin: number, states: readonly DigestAt[], digests: OriginDigests): void {
    const hold = this.#holds.get(origin);
    if (hold === undefined || hold.ended) return;
    hold.states.push(...states);
    hold.states.splice(0, hold.states.length - MAX_STATES);
    compare(hold, origin, digests);
  }

  /** Compares once more with each heartbeat; the origins that have to be asked for again. */
  heartbeat(digests: OriginDigests): number[] {
    const missed: number[] = [];
    for (const [origin, hold] of this.#holds) {
      if (hold.ended || hold.states.length === 0 || compare(hold, origin, digests)) continue;
      hold.unknownHeartbeats += 1;
      if (hold.unknownHeartbeats < MAX_UNKNOWN_HEARTBEATS) continue;
      const failures = this.#failures[origin] ?? 0;
      this.#failures[origin] = Math.min(failures + 1, MAX_DOUBLINGS);
      missed.push(origin);
    }
    return missed;
  }

  /** Takes what is to be said to the neighbour. */
  takeRequests(): string {
    const requests = this.#requests;
    this.#requests = '';
    return requests;
  }

  /** The link has ended, and with it what was asked for. */
  clear(): void {
    this.#holds.clear();
    this.#seconds.fill(0);
    this.#failures.fill(0);
    this.#refused.fill(0);
    this.#requests = '';
  }
}

/** Whether one of the neighbour's states was this server's as well: up to there nothing is missing. */
function compare(hold: Hold, origin: number, digests: OriginDigests): boolean {
  const known = hold.states.filter((state) => digests.hasBeen(origin, state));
  if (known.length === 0) return false;
  hold.safe = Math.max(hold.safe, ...known.map(({ number }) => number));
  hold.states = hold.states.filter(({ number }) => number > hold.safe);
  hold.unknownHeartbeats = 0;
  return true;
}
