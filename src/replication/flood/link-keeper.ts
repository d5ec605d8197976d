import type { Exchange } from './exchange.ts';
import type { Link } from './link.ts';
import type { LinkCause } from './messages.ts';
import type { Neighbour } from './neighbour.ts';
import type { World } from '../world.ts';

/** The shortest and the longest wait before a lost link is dialled again, in milliseconds. */
const MIN_REDIAL_MS = 100;
const MAX_REDIAL_MS = 5000;

/**
 * How long to wait before dialling again: exponential back-off with full jitter, so that servers
 * that lost each other at one moment do not all come back at one moment.
 *
 * @param attempt how many have failed since the neighbour was last linked
 * @param random at least 0 and less than 1
 * @returns milliseconds
 */
export function redialDelay(attempt: number, random: number): number {
  const most = Math.min(MAX_REDIAL_MS, MIN_REDIAL_MS * 2 ** (attempt + 1));
  return MIN_REDIAL_MS + random * (most - MIN_REDIAL_MS);
}

/** Keeps one link with one neighbour: dials it, dials again, and decides which of two to keep. */
export class LinkKeeper {
  readonly neighbour: Neighbour;
  readonly #self: string;
  readonly #world: World;
  readonly #dial: (neighbour: Neighbour) => Link;
  /** The link that is up, or the one being dialled. */
  #link: Link | undefined;
  #attempt = 0;
  #cancelRedial: () => void = () => {};

  /**
   * @param self this server's name
   * @param dial makes a link by dialling the neighbour
   */
  constructor(self: string, neighbour: Neighbour, world: World, dial: (to: Neighbour) => Link) {
    this.#self = self;
    this.neighbour = neighbour;
    this.#world = world;
    this.#dial = dial;
  }

  /** What is said on the link; `undefined` where none is up. */
  get exchange(): Exchange | undefined {
    return this.#link?.exchange;
  }

  dial(): void {
    this.#cancelRedial();
    this.#link ??= this.#dial(this.neighbour);
  }

  /**
   * Decides whether `link`, whose neighbour has just greeted, is the one to keep, and ends the
   * other if so. Both servers may have dialled at one moment: then both keep the connection that
   * the server with the lesser name dialled. A second one from the same dialler means that it has
   * lost the first.
   */
  settle(link: Link): boolean {
    const rival = this.#link;
    if (rival !== undefined && rival !== link && this.#prefers(rival, link)) return false;
    this.#link = link;
    if (rival !== link) {
      rival?.close({ code: 'replaced', detail: 'another connection took its place' });
    }
    this.#cancelRedial();
    return true;
  }

  /** Whether both servers have dialled, and the existing connection is the one to keep. */
  #prefers(rival: Link, link: Link): boolean {
    const rivalIsOurs = rival.dialled !== undefined;
    const linkIsOurs = link.dialled !== undefined;
    const oursWins = this.#self < this.neighbour.name;
    return rivalIsOurs !== linkIsOurs && rival.connected && rivalIsOurs === oursWins;
  }

  /** Notes that a link of this neighbour's is up. */
  noteUp(): void {
    this.#attempt = 0;
  }

  /** Notes that a link has ended; dials again after a while if it was the one. */
  noteEnded(link: Link): void {
    if (link !== this.#link) return;
    this.#link = undefined;
    const delayMs = redialDelay(this.#attempt, this.#world.random());
    this.#attempt += 1;
    this.#cancelRedial = this.#world.clock.after(delayMs, () => this.dial());
  }

  /** Ends the link and dials no more. */
  stop(cause: LinkCause): void {
    const link = this.#link;
    this.#link = undefined;
    this.#cancelRedial();
    link?.close(cause);
  }
}
