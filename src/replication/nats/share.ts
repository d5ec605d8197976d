import { NoHolderError } from '../elsewhere.ts';

/** How many servers hold each partition: when one of them goes, the other one answers. */
const HOLDERS = 2;
/**
 * How long a server counts as holding what it said that it holds, in milliseconds: it says so each second, and one
 * missed word is not its end.
 */
const SAID_FOR_MS = 3500;

/** What another server said that it holds. */
interface Said {
  readonly partitions: ReadonlySet<number>;
  readonly atMs: number;
}

/**
 * Who of the herd holds which partitions of the clients, where no server holds all. Every server computes the same from
 * the servers that it can reach, by rendezvous hashing: where one comes or goes, only its own partitions move.
 *
 * See Thaler and Ravishankar, *Using Name-Based Mappings to Increase Hit Rates* (1998).
 */
export class Share {
  readonly #self: string;
  readonly #partitions: number;
  readonly #said = new Map<string, Said>();
  /** The servers that are to hold each partition, the first one first. */
  #wanted: readonly (readonly string[])[];
  #followed: ReadonlySet<number> = new Set();
  /** Since when this server has had all of each partition that it holds, in milliseconds since the POSIX epoch. */
  readonly #held = new Map<number, number>();

  /** @param partitions how many there are of clients */
  constructor(self: string, partitions: number) {
    this.#self = self;
    this.#partitions = partitions;
    this.#wanted = Array.from({ length: partitions }, () => [self]);
  }

  /** How many partitions this server has all of. */
  get held(): number {
    return this.#held.size;
  }

  /** Whether this server has all of a partition. */
  holds(partition: number): boolean {
    return this.#held.has(partition);
  }

  /**
   * Recomputes what this server follows.
   *
   * @param servers those that can be reached, this one too
   * @returns the partitions; one that others are to hold is followed until they do
   */
  update(servers: readonly string[], nowMs: number): ReadonlySet<number> {
    for (const [server, { atMs }] of this.#said)
      if (nowMs - atMs > SAID_FOR_MS) this.#said.delete(server);
    this.#wanted = this.#wanted.map((_, partition) => holdersOf(partition, servers));
    const followed = new Set<number>();
    for (let partition = 0; partition < this.#partitions; partition++) {
      if (this.#isToFollow(partition)) followed.add(partition);
    }
    for (const partition of this.#held.keys())
      if (!followed.has(partition)) this.#held.delete(partition);
    this.#followed = followed;
    return followed;
  }

  /** Notes that this server has all of a partition that it follows. */
  noteHeld(partition: number, nowMs: number): void {
    if (this.#followed.has(partition) && !this.#held.has(partition))
      this.#held.set(partition, nowMs);
  }

  /** Notes that a partition's stream was lost. */
  noteLost(partition: number): void {
    this.#held.delete(partition);
  }

  /** What this server says that it holds. */
  describe(): string {
    return [...this.#held.keys()].join(' ');
  }

  /** Takes in what another server said that it holds. */
  note(server: string, text: string, nowMs: number): void {
    const numbers = text.split(' ').filter((word) => /^\d{1,4}$/.test(word));
    this.#said.set(server, { partitions: new Set(numbers.map(Number)), atMs: nowMs });
  }

  /** Notes that a server did not answer: it is not asked before it says again what it holds. */
  noteSilent(server: string): void {
    this.#said.delete(server);
  }

  /** Whether this server is the first of those that are to hold a partition, and has held it since a time. */
  isFirst(partition: number, sinceMs: number): boolean {
    const heldMs = this.#held.get(partition) ?? Infinity;
    return this.#wanted[partition]?.[0] === this.#self && heldMs <= sinceMs;
  }

  /** Whom to ask for each partition. @throws {NoHolderError} */
  holders(): Map<string, Set<number>> {
    const asked = new Map<string, Set<number>>();
    const missing: number[] = [];
    for (let partition = 0; partition < this.#partitions; partition++) {
      const holder = this.#holderOf(partition);
      if (holder === undefined) missing.push(partition);
      else asked.set(holder, (asked.get(holder) ?? new Set()).add(partition));
    }
    if (missing.length > 0) throw new NoHolderError(missing);
    return asked;
  }

  #holderOf(partition: number): string | undefined {
    if (this.#held.has(partition)) return this.#self;
    const hasSaid = (server: string): boolean =>
      this.#said.get(server)?.partitions.has(partition) === true;
    const wanted = this.#wanted[partition] ?? [];
    return wanted.find(hasSaid) ?? [...this.#said.keys()].find(hasSaid);
  }

  #isToFollow(partition: number): boolean {
    const wanted = this.#wanted[partition] ?? [];
    if (wanted.includes(this.#self)) return true;
    const holdIt = wanted.filter((server) => this.#said.get(server)?.partitions.has(partition));
    return this.#followed.has(partition) && holdIt.length < wanted.length;
  }
}

/** The servers that are to hold a partition, the first one first. */
export function holdersOf(partition: number, servers: readonly string[]): string[] {
  const weighed = servers.map((server) => ({ server, weight: weightOf(server, partition) }));
  weighed.sort((a, b) => b.weight - a.weight || (a.server < b.server ? -1 : 1));
  return weighed.slice(0, HOLDERS).map(({ server }) => server);
}

/** How much a server is drawn to a partition: the finaliser of MurmurHash3 over FNV-1a of both. */
function weightOf(server: string, partition: number): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(`${server} ${partition}`, 'latin1'))
    hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
