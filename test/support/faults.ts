import { Random } from '../simulation/random.ts';
import { converge, showMissing } from './convergence.ts';
import type { Ledger } from './ledger.ts';
import { PATIENCE_MS } from './patience.ts';
import { pause } from './pause.ts';
import type { RelayedHerd } from './relayed-herd.ts';

const LOOK_EVERY_MS = 10;

/** A span that a random time is chosen from, in milliseconds. */
type Span = readonly [least: number, most: number];

/** How often faults happen, and how long they last. */
export interface FaultPace {
  /** Between two kills, and from a kill to the restart. */
  readonly betweenKills: Span;
  readonly down: Span;
  /** Between two SIGSTOPs, and from one to its SIGCONT. */
  readonly betweenStops: Span;
  readonly stopped: Span;
  /** Between two faults of links by one hand, of which there are two, and how long they last. */
  readonly betweenLinkFaults: Span;
  readonly linkFaulty: Span;
  /** Whether a kill may come at any time: where what was answered is on the server's disk. */
  readonly killsAtAnyTime: boolean;
}

/** How many faults of each kind there were. */
export interface FaultCounts {
  kill: number;
  stop: number;
  cut: number;
  freeze: number;
}

/** The herd did not come to agree although nothing new happened to it. */
class DisagreementError extends Error {
  override readonly name = 'DisagreementError';
}

/**
 * Kills and stops servers, cuts and freezes links, at random and several at once, and undoes it all.
 *
 * A reply promises that its location is in the server's memory and was written to its neighbours, so
 * that the loss of one server loses nothing. So a kill waits until every server runs, links that are up
 * join them all, and each server has all that was answered until then; and nothing else happens until
 * what the killed server had written is delivered. Links may be cut or frozen meanwhile, as long as the
 * others join the herd. Stops and faults of links destroy no memory: they come at any other time, also
 * while a killed server is down or has yet to catch up. Where replies promise the disk, so do kills.
 */
export class Faults {
  readonly counts: FaultCounts = { kill: 0, stop: 0, cut: 0, freeze: 0 };
  readonly #herd: RelayedHerd;
  readonly #ledger: Ledger;
  readonly #pace: FaultPace;
  readonly #turnstile = new Turnstile();
  readonly #stopping = new AbortController();
  #undoneAt = performance.now();

  constructor(herd: RelayedHerd, ledger: Ledger, pace: FaultPace) {
    this.#herd = herd;
    this.#ledger = ledger;
    this.#pace = pace;
  }

  /** When a fault was undone last, in milliseconds on the clock of `performance`. */
  get undoneAt(): number {
    return this.#undoneAt;
  }

  /**
   * Goes on until `stop`; then every fault has been undone.
   *
   * @param seed says what is chosen; when it happens, the machine has a say in
   * @throws {DisagreementError}
   */
  async run(seed: number): Promise<void> {
    const { betweenKills, betweenStops, betweenLinkFaults } = this.#pace;
    const hands = [
      { act: this.#kill.bind(this), between: betweenKills },
      { act: this.#stop.bind(this), between: betweenStops },
      { act: this.#disturbLink.bind(this), between: betweenLinkFaults },
      { act: this.#disturbLink.bind(this), between: betweenLinkFaults },
    ];
    const running = hands.map(async ({ act, between }, index) => {
      const random = new Random(seed + index);
      try {
        while (await this.#pause(between, random)) await act(random);
      } catch (error) {
        this.stop();
        throw error;
      }
    });
    for (const result of await Promise.allSettled(running)) {
      if (result.status === 'rejected') throw result.reason;
    }
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #kill(random: Random): Promise<void> {
    const victim = random.pick(this.#herd.servers);
    const killed = await this.#turnstile.pass(async () => {
      if (!(await this.#mayKill(victim))) return false;
      await this.#herd.kill(victim);
      return true;
    });
    if (!killed) return;
    this.counts.kill += 1;
    await this.#pause(this.#pace.down, random);
    await this.#herd.serve(victim);
    this.#undone();
  }

  async #stop(random: Random): Promise<void> {
    const victim = await this.#turnstile.pass(async () => {
      const running = this.#herd.servers.filter((name) => this.#herd.state(name) === 'running');
      if (this.#stopping.signal.aborted || running.length === 0) return undefined;
      const name = random.pick(running);
      this.#herd.pause(name);
      return name;
    });
    if (victim === undefined) return;
    this.counts.stop += 1;
    await this.#pause(this.#pace.stopped, random);
    this.#herd.resume(victim);
    this.#undone();
  }

  async #disturbLink(random: Random): Promise<void> {
    const fault = random.pick(['cut', 'freeze'] as const);
    const victim = await this.#turnstile.pass(async () => {
      const sound = this.#herd.links.filter(({ state }) => state === 'sound');
      if (this.#stopping.signal.aborted || sound.length === 0) return undefined;
      const link = random.pick(sound);
      link[fault]();
      return link;
    });
    if (victim === undefined) return;
    this.counts[fault] += 1;
    await this.#pause(this.#pace.linkFaulty, random);
    victim.heal();
    this.#undone();
  }

  /** Waits for a while of a random length; returns early, and false, where it is to stop. */
  #pause([least, most]: Span, random: Random): Promise<boolean> {
    return pause(least + random.next() * (most - least), this.#stopping.signal);
  }

  #undone(): void {
    this.#undoneAt = performance.now();
  }

  /** Waits until a server may be killed; false where it is not to be any more. */
  async #mayKill(victim: string): Promise<boolean> {
    if (!this.#pace.killsAtAnyTime) return this.#agreed();
    return !this.#stopping.signal.aborted && this.#herd.state(victim) === 'running';
  }

  /** Waits until the loss of any one server would lose nothing; false where it was asked to stop. */
  async #agreed(): Promise<boolean> {
    const deadline = performance.now() + PATIENCE_MS;
    const { signal } = this.#stopping;
    while (await pause(LOOK_EVERY_MS, signal)) {
      if (this.#herd.crashes.length > 0) return false;
      if (performance.now() > deadline) {
        throw new DisagreementError('no links that are up join the servers');
      }
      if (!this.#herd.isWhole) continue;
      const promised = this.#ledger.snapshot();
      const { missing } = await converge(this.#herd, promised, PATIENCE_MS);
      if (missing.length > 0) throw new DisagreementError(showMissing(missing));
      if (this.#herd.isWhole && !signal.aborted) return true; // a link may have ended meanwhile
    }
    return false;
  }
}

/** Lets one in at a time. */
class Turnstile {
  #last: Promise<unknown> = Promise.resolve();

  pass<T>(act: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(act);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
