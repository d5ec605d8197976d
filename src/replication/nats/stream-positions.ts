/** What is known of the streams for each slot of the store. */
export class StreamPositions {
  /** The seq of the last message of the slot's client that is known; 0: none. */
  #last = new Float64Array(64);
  /** The seq in the feed of the change whose record that is; 0: it is not the store's record. */
  #held = new Float64Array(64);

  /** How much memory it takes, in bytes. */
  get sizeBytes(): number {
    return this.#last.byteLength + this.#held.byteLength;
  }

  last(slot: number): number {
    return this.#last[slot] ?? 0;
  }

  /** Whether the record that a slot has had since a change of the feed is the last one of its stream. */
  isHeld(slot: number, change: number): boolean {
    return this.#held[slot] === change;
  }

  /** Notes the last message of a slot's client, and the change that brought its record; 0: it is another record. */
  note(slot: number, seq: number, change: number): void {
    this.#makeRoom(slot);
    this.#last[slot] = seq;
    this.#held[slot] = change;
  }

  /** Forgets everything: the streams were lost. */
  clear(): void {
    this.#last.fill(0);
    this.#held.fill(0);
  }

  #makeRoom(slot: number): void {
    if (slot < this.#last.length) return;
    const length = Math.max(slot + 1, this.#last.length * 2);
    const [last, held] = [new Float64Array(length), new Float64Array(length)];
    last.set(this.#last);
    held.set(this.#held);
    this.#last = last;
    this.#held = held;
  }
}
