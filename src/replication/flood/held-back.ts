import type { FeedCursor } from '../../store/change-feed.ts';
import type { OriginDigests } from '../../store/origin-digests.ts';
import { MAX_NAMES, NO_NAME } from '../../store/server-names.ts';
import type { LocationStore } from '../../store/store.ts';
import { formatHolding, formatSending } from './messages.ts';

/**
 * With each so many-th heartbeat it is told what there is of what is held back. A neighbour that misses
 * some of it finds out so much later, and a link that ends sends so much more again.
 */
const HEARTBEATS_A_TELLING = 4;

/** What one link's neighbour has asked not to be sent: it hears of these origins from others. */
export class HeldBack {
  readonly #store: LocationStore;
  readonly #digests: OriginDigests | undefined;
  readonly #self: string;
  /** Whether anything was ever held back, so that there is something to look for. */
  #used = false;
  /** 1 for an origin that is held back. */
  readonly #held = new Uint8Array(MAX_NAMES + 1);
  /** 1 for an origin some of which was held back since the neighbour was told what there is of it. */
  readonly #untold = new Uint8Array(MAX_NAMES + 1);
  /** 1 for an origin that is sent again; of the changes up to a number, those alone. */
  readonly #again = new Uint8Array(MAX_NAMES + 1);
  #againUpTo = 0;
  #answers = '';
  #heartbeats = 0;

  /**
   * @param self this server's name
   * @param digests what is held of each origin; `undefined`: nothing may be held back
   */
  constructor(store: LocationStore, self: string, digests: OriginDigests | undefined) {
    this.#store = store;
    this.#self = self;
    this.#digests = digests;
  }

  /**
   * Holds an origin back from now on. This server's own locations are not held back, since its
   * clients were promised that they are sent to all neighbours: that is answered with `SENDING`.
   */
  hold(name: string, cursor: FeedCursor): void {
    const origin = this.#store.findOrigin(Buffer.from(name, 'latin1'));
    if (this.#digests === undefined || origin === NO_NAME || name === this.#self) {
      this.#answers += formatSending(name, cursor.number);
      return;
    }
    this.#used = true;
    this.#held[origin] = 1;
    this.#again[origin] = 0;
    this.#untold[origin] = 1;
  }

  /**
   * Ends holding an origin back.
   *
   * @param number the neighbour misses nothing of it up to this change
   * @returns the change after which the link is to go on; `undefined`: it was not held back
   */
  sendAgain(name: string, number: number, cursor: FeedCursor): number | undefined {
    const origin = this.#store.findOrigin(Buffer.from(name, 'latin1'));
    if (this.#held[origin] !== 1) return undefined;
    this.#held[origin] = 0;
    this.#untold[origin] = 0;
    if (cursor.number >= this.#againUpTo) this.#again.fill(0);
    this.#again[origin] = 1;
    this.#againUpTo = Math.max(this.#againUpTo, cursor.number);
    const from = Math.min(number, cursor.number);
    this.#answers += formatSending(name, from);
    return from;
  }

  /** Whether the neighbour does not want to be sent the location of a slot, which has this number. */
  skips(slot: number, number: number): boolean {
    if (!this.#used) return false;
    const origin = this.#store.originOf(slot);
    if (number <= this.#againUpTo) return this.#again[origin] === 0;
    if (this.#held[origin] !== 1) return false;
    this.#untold[origin] = 1;
    return true;
  }

  /** Takes what is to be said before the next change. */
  takeAnswers(): string {
    const answers = this.#answers;
    this.#answers = '';
    return answers;
  }

  /** What is to be said with a heartbeat: of each origin that is held back what there is of it by now. */
  heartbeat(): string {
    this.#heartbeats += 1;
    if (!this.#used || this.#digests === undefined) return '';
    if (this.#heartbeats % HEARTBEATS_A_TELLING !== 0) return '';
    let text = '';
    for (let origin = 1; origin <= MAX_NAMES; origin++) {
      if (this.#untold[origin] !== 1) continue;
      this.#untold[origin] = 0;
      const sample = this.#digests.sampleOf(origin);
      const present = { ...this.#digests.of(origin), number: this.#store.head };
      const states = [present, ...(sample ? [sample] : [])];
      text += formatHolding(this.#store.originName(origin), states);
    }
    return text;
  }
}
