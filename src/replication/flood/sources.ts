import type { DigestAt, OriginDigests } from '../../store/origin-digests.ts';
import { MAX_NAMES, NO_NAME } from '../../store/server-names.ts';
import type { Applied, LocationStore } from '../../store/store.ts';
import type { AtLine } from '../../protocol/at-line.ts';
import type { Neighbour } from './neighbour.ts';

/**
 * After how many locations of one origin in a row that a neighbour brought second it is asked to hold
 * that origin back: fewer could be a coincidence, more are as many messages for nothing.
 */
const HOLD_AFTER = 5;
/** Stands for a neighbour where there is none. */
const NONE = -1;

/**
 * Where a server hears of each origin first. The neighbours that keep telling it second are asked to
 * hold that origin back, so that in a steady herd each location comes to each server once.
 *
 * What keeps this from losing anything is in `Holds`: how far a neighbour's feed counts as read.
 */
export class Sources {
  readonly #self: string;
  readonly #neighbours: readonly Neighbour[];
  readonly #store: LocationStore;
  readonly #digests: OriginDigests;
  /** Which neighbour, by its index, brought a location of each origin first, last time. */
  readonly #first = new Int8Array(MAX_NAMES + 1).fill(NONE);

  /** @param self this server's name */
  constructor(
    self: string,
    neighbours: readonly Neighbour[],
    store: LocationStore,
    digests: OriginDigests,
  ) {
    this.#self = self;
    this.#neighbours = neighbours;
    this.#store = store;
    this.#digests = digests;
  }

  /** Notes what a neighbour has sent. True where something is to be said of it. */
  heard(neighbour: Neighbour, line: AtLine, applied: Applied): boolean {
    const origin = this.#store.findOrigin(line.bytes, line.serverStart, line.serverEnd);
    if (origin === NO_NAME) return false;
    if (applied === 'newer') {
      // What was on its way when the neighbour was asked to hold it back does not count.
      if (neighbour.holds.sends(origin)) this.#first[origin] = neighbour.index;
      neighbour.holds.heardFirst(origin);
      return false;
    }
    if (!neighbour.holds.heardSecond(origin, HOLD_AFTER)) return false;
    this.#holdOneOf(origin, neighbour);
    return true;
  }

  /** Notes what a neighbour has of an origin that it holds back. */
  told(neighbour: Neighbour, name: string, states: readonly DigestAt[]): void {
    neighbour.holds.told(this.#numberOf(name), states, this.#digests);
  }

  /** Notes that a neighbour sends an origin again, or goes on sending it. */
  sending(neighbour: Neighbour, name: string): void {
    neighbour.holds.sending(this.#numberOf(name));
  }

  /** Notes a neighbour's heartbeat. True where something is to be said of it. */
  heartbeat(neighbour: Neighbour): boolean {
    const missed = neighbour.holds.heartbeat(this.#digests);
    for (const origin of missed) {
      neighbour.holds.sendAgain(origin, this.#store.originName(origin));
    }
    return missed.length > 0;
  }

  /** Notes that a neighbour's link has ended: what it brought first is to come from others. */
  ended(neighbour: Neighbour): void {
    for (const [origin, first] of this.#first.entries()) {
      if (first !== neighbour.index) continue;
      this.#first[origin] = NONE;
      const name = this.#store.originName(origin);
      for (const { holds } of this.#neighbours) holds.sendAgain(origin, name);
    }
  }

  /**
   * Of two neighbours that bring an origin's locations one is asked to hold them back: the second,
   * but not where that is the origin itself, which sends its own to all its neighbours.
   */
  #holdOneOf(origin: number, second: Neighbour): void {
    const name = this.#store.originName(origin);
    if (name === this.#self) return this.#hold(origin, name, second);
    const first = this.#neighbours[this.#first[origin] ?? NONE];
    if (first === undefined || first === second || !first.holds.sends(origin)) return;
    if (second.name !== name) return this.#hold(origin, name, second);
    this.#hold(origin, name, first);
    this.#first[origin] = second.index;
  }

  #hold(origin: number, name: string, neighbour: Neighbour): void {
    this.#digests.watch(origin);
    neighbour.holds.hold(origin, name, neighbour.readNumber);
  }

  #numberOf(name: string): number {
    return this.#store.findOrigin(Buffer.from(name, 'latin1'));
  }
}
