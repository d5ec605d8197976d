import type { BudgetStatus } from '../places-counts.ts';
import { UpstreamError } from '../upstream-error.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** How many calls were made on a day. */
export interface DayCount {
  /** The days since 1970, in UTC. */
  readonly day: number;
  readonly calls: number;
}

/** Where the count outlives the process. */
export interface Ledger {
  /** What was written last; `undefined` where nothing was. */
  read(): Promise<DayCount | undefined>;
  /** Done when the count is on disk. */
  write(count: DayCount): Promise<void>;
}

/**
 * The count after one more call, or `undefined` where the day's calls are spent. A count of a day to
 * come stays what it is: a clock that was set back does not give a day's calls once more.
 */
export function countCall(
  count: DayCount | undefined,
  perDay: number,
  nowMs: number,
): DayCount | undefined {
  const { day, calls } = countOfToday(count, nowMs);
  return calls < perDay ? { day, calls: calls + 1 } : undefined;
}

function countOfToday(count: DayCount | undefined, nowMs: number): DayCount {
  const today = Math.floor(nowMs / DAY_MS);
  return count !== undefined && count.day >= today ? count : { day: today, calls: 0 };
}

/** Counts calls before they are made. */
export interface CallBudget {
  /**
   * Counts a call. What it returns identifies it in `giveBack`.
   *
   * @throws {UpstreamError} where it must not be made
   */
  spend(): Promise<DayCount>;
  /** A call was surely not made: it no longer counts. Never rejects. */
  giveBack(count: DayCount): Promise<void>;
}

/** The most calls a day. A call is counted on disk before it is made: at worst, a call is counted that was not made. */
export class Budget implements CallBudget {
  readonly #perDay: number;
  readonly #ledger: Ledger;
  readonly #now: () => number;
  #count: DayCount | undefined;
  #last: Promise<void> = Promise.resolve();

  /** @param now the wall clock, in milliseconds */
  constructor(perDay: number, ledger: Ledger, now: () => number) {
    this.#perDay = perDay;
    this.#ledger = ledger;
    this.#now = now;
  }

  /**
   * Counts a call, one after the other.
   *
   * @throws {UpstreamError} where it must not be made, since the budget is spent or the call cannot be counted
   */
  async spend(): Promise<DayCount> {
    const spent = this.#last.then(() => this.#spendOne());
    this.#last = spent.then(
      () => undefined,
      () => undefined,
    );
    return spent;
  }

  /** Reads the count, so that what is left is known before the first call. Never rejects: `spend` tries again. */
  async open(): Promise<void> {
    const opened = this.#last.then(() => this.#open()).catch(() => undefined);
    this.#last = opened;
    await opened;
  }

  get status(): BudgetStatus {
    const count = this.#count;
    if (count === undefined) return { perDay: this.#perDay, left: undefined };
    const { calls } = countOfToday(count, this.#now());
    return { perDay: this.#perDay, left: Math.max(0, this.#perDay - calls) };
  }

  /** Where it cannot be written, the call stays counted: that is the safe side. */
  async giveBack(spent: DayCount): Promise<void> {
    const given = this.#last.then(() => this.#giveBackOne(spent)).catch(() => undefined);
    this.#last = given;
    await given;
  }

  async #open(): Promise<void> {
    this.#count ??= (await this.#read()) ?? { day: 0, calls: 0 };
  }

  async #giveBackOne(spent: DayCount): Promise<void> {
    const count = this.#count;
    if (count === undefined || count.day !== spent.day) return;
    const less = { day: count.day, calls: count.calls - 1 };
    await this.#ledger.write(less);
    this.#count = less;
  }

  async #spendOne(): Promise<DayCount> {
    this.#count ??= await this.#read();
    const count = countCall(this.#count, this.#perDay, this.#now());
    if (count === undefined) throw spentError(this.#perDay);
    await this.#ledger.write(count).catch((error: unknown) => {
      throw uncountedError(error);
    });
    this.#count = count;
    return count;
  }

  #read(): Promise<DayCount | undefined> {
    return this.#ledger.read().catch((error: unknown) => {
      throw uncountedError(error);
    });
  }
}

function spentError(perDay: number): UpstreamError {
  return new UpstreamError({
    code: 'BUDGET_SPENT',
    status: 'OVER_QUERY_LIMIT',
    message: `The day's budget of ${perDay} calls is spent; the next day begins at midnight UTC.`,
  });
}

function uncountedError(error: unknown): UpstreamError {
  return new UpstreamError({
    code: 'BUDGET_UNCOUNTED',
    status: 'OVER_QUERY_LIMIT',
    message: 'Calls to the upstream cannot be counted, and none is made uncounted.',
    detail: String(error),
  });
}
