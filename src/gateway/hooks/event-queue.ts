/** The latest of what waits, in order: where there is no room the oldest goes. */
export class EventQueue<E> {
  readonly #most: number;
  readonly #onDropped: () => void;
  #events: E[] = [];

  /** @param onDropped called for each that was not taken in time */
  constructor(most: number, onDropped: () => void) {
    this.#most = most;
    this.#onDropped = onDropped;
  }

  get length(): number {
    return this.#events.length;
  }

  add(event: E): void {
    this.#events.push(event);
    if (this.#events.length <= this.#most) return;
    this.#events.shift();
    this.#onDropped();
  }

  /** Takes out the oldest, so many at most. */
  take(most: number): readonly E[] {
    return this.#events.splice(0, most);
  }
}
