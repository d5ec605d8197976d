import type { Listener, Places } from '../elsewhere.ts';

/** For how long this server waits, where it is asked, until it has read as far as is wanted, in milliseconds. */
const REACH_WITHIN_MS = 2000;
/** How often it looks meanwhile, in milliseconds. */
const LOOK_EVERY_MS = 10;

/** What listening needs to know. */
interface ListeningParts {
  /** How many partitions of clients there are. */
  readonly partitions: number;
  /** The greatest seq of a partition's messages that has come, and of those that this server stored or read. */
  readonly seenOf: (partition: number) => number;
  readonly metOf: (partition: number) => number;
  readonly nowMs: () => number;
  readonly after: (delayMs: number, action: () => void) => void;
  /** Called when the first one listens, and when nobody does any more. */
  readonly onChange: () => void;
}

/**
 * The partitions of which this server reads what is new, without holding them, as long as somebody wants to know what all
 * clients report.
 */
export class Listening {
  readonly #parts: ListeningParts;
  readonly #broken = new Set<() => void>();
  #partitions: ReadonlySet<number> = new Set();
  #followed: ReadonlySet<number> = new Set();
  /** After which message of each partition everything comes. */
  readonly #begun = new Map<number, number>();
  #wasCutOff = false;
  #waiting: (() => void)[] = [];

  constructor(parts: ListeningParts) {
    this.#parts = parts;
  }

  /** Whether anybody listens. */
  get isOn(): boolean {
    return this.#broken.size > 0;
  }

  /** The partitions whose new messages are to be read. */
  get partitions(): ReadonlySet<number> {
    return this.#partitions;
  }

  /** Recomputes what to read, given the partitions that are followed. */
  update(followed: ReadonlySet<number>): void {
    const listened = new Set<number>();
    for (let partition = 0; partition < this.#parts.partitions; partition++) {
      if (this.#broken.size === 0 || followed.has(partition)) this.#begun.delete(partition);
      else listened.add(partition);
      // The reading of one that was followed goes on.
      if (listened.has(partition) && this.#followed.has(partition)) this.#begun.set(partition, 0);
    }
    this.#followed = followed;
    this.#partitions = listened;
    this.#settle();
  }

  /** Notes that all that follows on a message of a partition comes from now on. What came between may be missing. */
  noteBegun(partition: number, seq: number): void {
    if (!this.#partitions.has(partition)) return;
    const isAnew = this.#begun.has(partition);
    this.#begun.set(partition, seq);
    if (isAnew) this.#tell();
    this.#settle();
  }

  /** Notes that nothing comes for now: when everything does again, something may be missing. */
  noteCutOff(): void {
    if (this.#begun.size > 0) this.#wasCutOff = true;
    this.#begun.clear();
  }

  /** Begins to listen. @param onBroken called where something may not have come */
  listen(onBroken: () => void): Listener {
    const broken = (): void => onBroken();
    this.#broken.add(broken);
    if (this.#broken.size === 1) this.#parts.onChange();
    return {
      begun: () => this.#whenBegun(),
      end: () => {
        if (this.#broken.delete(broken) && this.#broken.size === 0) this.#parts.onChange();
      },
    };
  }

  /** Up to which message of each partition this server may know records. */
  get places(): Places {
    const places = new Map<number, number>();
    for (let partition = 0; partition < this.#parts.partitions; partition++) {
      const begun = this.#begun.get(partition) ?? 0;
      places.set(partition, Math.max(begun, this.#parts.metOf(partition)));
    }
    return places;
  }

  /** Waits until this server has read some partitions as far as that. @throws where that takes too long */
  async reach(places: Places): Promise<void> {
    const { seenOf, nowMs, after } = this.#parts;
    const untilMs = nowMs() + REACH_WITHIN_MS;
    for (const [partition, seq] of places) {
      while (seenOf(partition) < seq) {
        if (nowMs() >= untilMs) throw new Error(`partition ${partition} is not read up to ${seq}`);
        await new Promise<void>((resolve) => after(LOOK_EVERY_MS, resolve));
      }
    }
  }

  get #hasBegun(): boolean {
    return [...this.#partitions].every((partition) => this.#begun.has(partition));
  }

  #whenBegun(): Promise<void> {
    if (this.#hasBegun) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #settle(): void {
    if (!this.#hasBegun) return;
    if (this.#wasCutOff) this.#tell();
    this.#wasCutOff = false;
    for (const goOn of this.#waiting.splice(0)) goOn();
  }

  #tell(): void {
    for (const onBroken of this.#broken) onBroken();
  }
}
