/** The most entries of a token that a gateway takes. */
const MAX_ENTRIES = 64;
/** `<server>:<epoch>:<sequence>`, numbers in base 36. */
const ENTRY = /^([\w.-]{1,64}:[0-9a-z]{1,11}):([0-9a-z]{1,11})$/;

/** Up to which report of a server, in one of its epochs. */
interface Entry {
  readonly sequence: number;
  readonly text: string;
  readonly untilMs: number;
}

/**
 * What reads have to see: all that was written here, at any server. A gateway answers a write with its version vector;
 * of several, the greatest sequence number of each server counts.
 */
export class ConsistencyTokens {
  readonly #lifeMs: number;
  readonly #entries = new Map<string, Entry>();

  /** @param lifeMs how long a write counts, in milliseconds; 0: not at all */
  constructor(lifeMs: number) {
    this.#lifeMs = lifeMs;
  }

  /** Takes what a write was answered with. What is no token is passed over. */
  add(token: string, elapsedMs: number): void {
    if (this.#lifeMs <= 0) return;
    for (const text of token.split(',')) {
      const [, origin, digits = ''] = ENTRY.exec(text.trim()) ?? [];
      if (origin === undefined) continue;
      const sequence = Number.parseInt(digits, 36);
      const known = this.#entries.get(origin);
      if (known !== undefined && known.sequence > sequence) continue;
      this.#entries.delete(origin); // so that the latest come last
      this.#entries.set(origin, { sequence, text: text.trim(), untilMs: elapsedMs + this.#lifeMs });
    }
  }

  /** The token of a read; `undefined` where nothing has to be there. */
  get(elapsedMs: number): string | undefined {
    for (const [origin, { untilMs }] of this.#entries) {
      if (untilMs <= elapsedMs) this.#entries.delete(origin);
    }
    const texts = [...this.#entries.values()].map(({ text }) => text).slice(-MAX_ENTRIES);
    return texts.length === 0 ? undefined : texts.join(',');
  }
}
