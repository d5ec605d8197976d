/** The most lines of one kind of event in an interval. */
const MAX_LINES = 10;
const INTERVAL_MS = 10_000;

/** Events of the kind `of` were not logged, since there were so many. */
export interface LeftOut {
  readonly event: 'left-out';
  readonly of: string;
  readonly lines: number;
}

/** A log of events of the kind `E`. */
interface LimitableLog<E> {
  write(event: E | LeftOut): void;
}

/**
 * Logs what anybody can cause at any rate, such as refused connections: of each kind of event the
 * first few in an interval, and at its end how many were left out. So an attack cannot fill the disk.
 */
export class LimitedLog<E extends { readonly event: string }> {
  readonly #log: LimitableLog<E>;
  /** How many events there have been of each kind in this interval. */
  readonly #counts = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(log: LimitableLog<E>) {
    this.#log = log;
  }

  write(event: E): void {
    // A server that stops does not wait for it.
    this.#timer ??= setTimeout(() => this.endInterval(), INTERVAL_MS).unref();
    const count = (this.#counts.get(event.event) ?? 0) + 1;
    this.#counts.set(event.event, count);
    if (count <= MAX_LINES) this.#log.write(event);
  }

  /** Logs what was left out; the next event begins another interval. */
  endInterval(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [of, count] of this.#counts) {
      if (count > MAX_LINES) this.#log.write({ event: 'left-out', of, lines: count - MAX_LINES });
    }
    this.#counts.clear();
  }
}
