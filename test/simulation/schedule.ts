import { setImmediate as nextTurn } from 'node:timers/promises';
import TinyQueue from 'tinyqueue';

interface Event {
  readonly at: number;
  readonly order: number;
  run: (() => void) | undefined;
}

/** Virtual time: runs what is due in order, without waiting. */
export class Schedule {
  readonly #queue = new TinyQueue<Event>([], (a, b) => a.at - b.at || a.order - b.order);
  #now = 0;
  #order = 0;
  #settling = false;

  /** Milliseconds since the start. */
  get now(): number {
    return this.#now;
  }

  /** Runs `action` after a while; what is due at one time runs in the order of asking. */
  after(delayMs: number, action: () => void): () => void {
    this.#order += 1;
    const event: Event = { at: this.#now + delayMs, order: this.#order, run: action };
    this.#queue.push(event);
    return () => (event.run = undefined);
  }

  /** Has the promises that the present event settled followed up before time goes on. */
  settle(): void {
    this.#settling = true;
  }

  /** Lets time pass up to `until`. */
  async run(until: number): Promise<void> {
    for (let event = this.#queue.peek(); event !== undefined; event = this.#queue.peek()) {
      if (event.at > until) break;
      this.#queue.pop();
      this.#now = event.at;
      event.run?.();
      if (this.#settling) {
        this.#settling = false;
        await nextTurn();
      }
    }
    this.#now = until;
  }
}
