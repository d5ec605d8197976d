/** Says when the commands of a load begin. Times are milliseconds of one clock. */
export interface Schedule {
  /**
   * When the next command of a connection begins, from which its latency is measured; `undefined` where none
   * does yet, or any more.
   */
  next(lane: number, nowMs: number): number | undefined;
  /** Whether no command begins any more. */
  isOver(nowMs: number): boolean;
  /** How many commands were due, or begun, until now. */
  due(nowMs: number): number;
  /** No further command begins. */
  stop(nowMs: number): void;
}

/** Until when, and how many: whichever comes first. */
export interface Extent {
  readonly startMs: number;
  readonly durationMs: number;
  readonly count: number;
}

/** A closed loop: a connection's next command begins as soon as there is room for it. */
export class ClosedLoop implements Schedule {
  readonly #count: number;
  #endMs: number;
  #begun = 0;

  constructor({ startMs, durationMs, count }: Extent) {
    this.#endMs = startMs + durationMs;
    this.#count = count;
  }

  next(_lane: number, nowMs: number): number | undefined {
    if (this.isOver(nowMs)) return undefined;
    this.#begun += 1;
    return nowMs;
  }

  isOver(nowMs: number): boolean {
    return nowMs >= this.#endMs || this.#begun >= this.#count;
  }

  due(): number {
    return this.#begun;
  }

  stop(nowMs: number): void {
    this.#endMs = Math.min(this.#endMs, nowMs);
  }
}

/** So that a product such as 200 × 2.51, which a computer has a little less of, counts as the whole number that it is. */
const ROUNDING = 1e-6;

/**
 * An open loop: commands are due at a rate, whether or not replies come. One that cannot be sent when it is due is
 * sent later, and its latency counts from when it was due: a herd that stops for a second is measured as it is felt,
 * by all who would have asked meanwhile ("coordinated omission", Tene 2013).
 */
export class OpenLoop implements Schedule {
  readonly #startMs: number;
  readonly #perMs: number;
  readonly #lanes: number;
  /** How many are due in all. */
  #most: number;
  /** How many have begun on each connection. */
  readonly #begun: number[];

  /** @param ratePerSecond the rate of all connections together */
  constructor(ratePerSecond: number, lanes: number, { startMs, durationMs, count }: Extent) {
    this.#startMs = startMs;
    this.#perMs = ratePerSecond / 1000;
    this.#lanes = lanes;
    this.#most = Math.min(count, Math.floor(durationMs * this.#perMs + ROUNDING));
    this.#begun = Array.from({ length: lanes }, () => 0);
  }

  next(lane: number, nowMs: number): number | undefined {
    const begun = this.#begun[lane] ?? 0;
    const index = begun * this.#lanes + lane;
    if (index >= this.due(nowMs)) return undefined;
    this.#begun[lane] = begun + 1;
    return this.#startMs + index / this.#perMs;
  }

  isOver(nowMs: number): boolean {
    return this.due(nowMs) >= this.#most;
  }

  due(nowMs: number): number {
    const due = Math.floor((nowMs - this.#startMs) * this.#perMs + ROUNDING) + 1;
    return Math.min(this.#most, Math.max(0, due));
  }

  stop(nowMs: number): void {
    this.#most = this.due(nowMs);
  }
}
