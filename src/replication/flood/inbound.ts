import type { Checkpoint } from '../vectors/adoption.ts';
import { formatGraft, formatPrune } from './messages.ts';
import type { Origin, OriginNumbers } from '../vectors/origins.ts';
import { SequenceNumbers } from '../vectors/sequence-numbers.ts';

/** How many checkpoints of a neighbour are kept: where the newest does not fit, an older one may. */
const MAX_CHECKPOINTS = 4;
/**
 * So many checks in a row without what a neighbour has of an origin, and it is grafted there. A link is checked
 * four times a second, whatever the neighbour says: it says less often what it has where little changes, and the last
 * record before a pause is to be missed as soon as any other.
 */
const MAX_CHECKS_BEHIND = 3;
/** So many times as long it may take to be claimed, where it has come: that goes from server to server. */
const CLAIM_FACTOR = 8;
/** How often the patience with an origin doubles, when it had to be grafted. */
const MAX_DOUBLINGS = 6;

/** An origin that the neighbour was asked to prune. */
interface Pruned {
  /** Whether it was asked to graft it, and has not said yet that it has. */
  isGrafting: boolean;
  /** What the neighbour had at a check, and that has not come since. */
  readonly unseen: Awaited;
  /** What it had at a check, and that is not claimed here yet. */
  readonly unclaimed: Awaited;
}

/** A sequence number that is waited for; 0: none yet. */
interface Awaited {
  sequence: number;
  /** For how many checks. */
  checks: number;
}

/** How far this server has come with an origin. */
export interface Progress {
  /** Up to which sequence number it claims to have all. */
  readonly claimed: number;
  /** The greatest sequence number that came. */
  readonly seen: number;
}

/** What a link's neighbour has said of itself, and what it was asked not to send; for the link's life. */
export class Inbound {
  readonly vector = new SequenceNumbers();
  readonly highest = new SequenceNumbers();
  readonly checkpoints: Checkpoint[] = [];
  readonly #origins: OriginNumbers;
  readonly #pruned = new Map<number, Pruned>();
  /** How many records of each origin in a row had been here when they came. */
  readonly #seconds = new Map<number, number>();
  /** How often each origin had to be grafted since it did not come from elsewhere. */
  readonly #failures = new Map<number, number>();
  /** The origins that the neighbour does not prune. */
  readonly #refused = new Set<number>();
  #requests = '';

  constructor(origins: OriginNumbers) {
    this.#origins = origins;
  }

  /** Whether the neighbour sends an origin, as far as it was asked. */
  streams(origin: number): boolean {
    return !this.#pruned.has(origin);
  }

  /** The origins that the neighbour is not to send. */
  get pruned(): Origin[] {
    return Array.from(this.#pruned.keys(), (origin) => this.#origins.at(origin));
  }

  /** Notes that the neighbour was the first with a record of an origin. */
  noteFirst(origin: number): void {
    this.#seconds.set(origin, 0);
  }

  /** Notes that it was not the first. True each time this has happened often enough. */
  noteSecond(origin: number, enough: number): boolean {
    const seconds = (this.#seconds.get(origin) ?? 0) + 1;
    const isEnough = seconds >= enough * this.#patience(origin);
    this.#seconds.set(origin, isEnough ? 0 : seconds);
    return isEnough;
  }

  /** Asks for an origin to be pruned. */
  prune(origin: number): void {
    if (this.#pruned.has(origin) || this.#refused.has(origin)) return;
    const [unseen, unclaimed] = [noneAwaited(), noneAwaited()];
    this.#pruned.set(origin, { isGrafting: false, unseen, unclaimed });
    this.#requests += formatPrune(this.#origins.at(origin));
  }

  /** Asks for a pruned origin again. True where that was not asked before. */
  graft(origin: number): boolean {
    const pruned = this.#pruned.get(origin);
    if (pruned === undefined || pruned.isGrafting) return false;
    pruned.isGrafting = true;
    this.#requests += formatGraft(this.#origins.at(origin));
    return true;
  }

  /** Notes that the neighbour sends an origin, and has sent what it left out. */
  noteGrafted(origin: number): void {
    const pruned = this.#pruned.get(origin);
    if (pruned === undefined) return;
    if (!pruned.isGrafting) this.#refused.add(origin);
    this.#pruned.delete(origin);
  }

  /**
   * Notes that the neighbour has sent everything up to here, but for what it was asked to prune.
   *
   * A checkpoint goes by what is asked here: all that the neighbour left out up to this line is among it, since
   * it is asked before anything is left out, and stays until all of it has been sent again.
   */
  addCheckpoint(): void {
    const [vector, highest] = [this.vector.copy(), this.highest.copy()];
    this.checkpoints.push({ vector, highest, pruned: new Set(this.#pruned.keys()) });
    if (this.checkpoints.length > MAX_CHECKPOINTS) this.checkpoints.shift();
  }

  /** Checks for pruned origins that the neighbour is ahead with; asks for those again. */
  graftMissing(progressOf: (origin: number) => Progress): void {
    for (const [origin, pruned] of this.#pruned) {
      if (pruned.isGrafting || !this.#isBehind(origin, pruned, progressOf(origin))) continue;
      const failures = this.#failures.get(origin) ?? 0;
      this.#failures.set(origin, Math.min(failures + 1, MAX_DOUBLINGS));
      this.graft(origin);
    }
  }

  /** Whether what the neighbour had some checks ago is still missing here. */
  #isBehind(origin: number, pruned: Pruned, { claimed, seen }: Progress): boolean {
    const said = Math.max(this.highest.of(origin), this.vector.of(origin));
    const patience = MAX_CHECKS_BEHIND * CLAIM_FACTOR * this.#patience(origin);
    // What comes may still be claimed late; that what was said since does not come is noticed by itself.
    const isUnseen = checksOf(pruned.unseen, seen, said) >= MAX_CHECKS_BEHIND;
    return checksOf(pruned.unclaimed, claimed, said) >= patience || isUnseen;
  }

  /** Takes what is to be said to the neighbour. */
  takeRequests(): string {
    const requests = this.#requests;
    this.#requests = '';
    return requests;
  }

  #patience(origin: number): number {
    return 2 ** (this.#failures.get(origin) ?? 0);
  }
}

function noneAwaited(): Awaited {
  return { sequence: 0, checks: 0 };
}

/** For how many checks a number has been waited for; once it is `reached`, the one that is said now is. */
function checksOf(awaited: Awaited, reached: number, said: number): number {
  if (reached < awaited.sequence) awaited.checks += 1;
  else {
    awaited.sequence = said;
    awaited.checks = 0;
  }
  return awaited.checks;
}
