import type { Sent } from './reply-matcher.ts';

/** A command that waits to be sent, or for its reply. */
export interface Queued extends Sent {
  /** Whether it has been sent on the current connection; set here. */
  isInFlight: boolean;
}

/** What of one lane is in flight, or may be, all of one text, and what waits for that. */
interface Lane<Q> {
  line: string;
  admitted: number;
  readonly waiting: Q[];
}

/**
 * Which command is sent next: the one that came first, unless there are enough in flight, or its lane has another
 * one in flight; it then waits, and those behind it overtake it.
 */
export class SendQueue<Q extends Queued> {
  readonly #mostInFlight: number;
  /** All that somebody waits for, in the order in which they came. */
  readonly #open = new Set<Q>();
  /** Those that have yet to enter their lanes. */
  #arrived = new Set<Q>();
  /** Those that a lane has let in after a wait: they go first. */
  readonly #admitted = new Set<Q>();
  readonly #lanes = new Map<string, Lane<Q>>();
  #inFlight = 0;

  constructor(mostInFlight: number) {
    this.#mostInFlight = mostInFlight;
  }

  /** All that somebody waits for, in the order in which they came. */
  get open(): ReadonlySet<Q> {
    return this.#open;
  }

  /** How many are in flight, with those for whose reply nobody waits any more. */
  get inFlight(): number {
    return this.#inFlight;
  }

  add(queued: Q): void {
    this.#open.add(queued);
    this.#arrived.add(queued);
  }

  /** Takes the next one that may be sent now: it is in flight from here on. */
  next(): Q | undefined {
    if (this.#inFlight >= this.#mostInFlight) return undefined;
    const queued = this.#takeAdmitted() ?? this.#takeArrived();
    if (queued === undefined) return undefined;
    queued.isInFlight = true;
    this.#inFlight += 1;
    return queued;
  }

  /** Its reply has come; whether somebody waits for that. */
  settle(queued: Q): boolean {
    queued.isInFlight = false;
    this.#inFlight -= 1;
    this.#leaveLane(queued);
    return this.#open.delete(queued);
  }

  /** Nobody waits for its reply any more. One that is in flight stays so, until its reply has come. */
  abandon(queued: Q): void {
    this.#open.delete(queued);
    if (queued.isInFlight || this.#arrived.delete(queued)) return;
    if (this.#admitted.delete(queued)) return this.#leaveLane(queued);
    const waiting = this.#laneOf(queued)?.waiting ?? [];
    const at = waiting.indexOf(queued);
    if (at !== -1) waiting.splice(at, 1);
  }

  /** The connection is lost: all that somebody waits for is sent again, in the order in which it came. */
  restart(): void {
    for (const queued of this.#open) queued.isInFlight = false;
    this.#inFlight = 0;
    this.#admitted.clear();
    this.#lanes.clear();
    this.#arrived = new Set(this.#open);
  }

  #takeAdmitted(): Q | undefined {
    for (const queued of this.#admitted) {
      this.#admitted.delete(queued);
      return queued;
    }
    return undefined;
  }

  #takeArrived(): Q | undefined {
    for (const queued of this.#arrived) {
      this.#arrived.delete(queued);
      if (this.#enterLane(queued)) return queued;
    }
    return undefined;
  }

  #laneOf({ command }: Q): Lane<Q> | undefined {
    return command.lane === undefined ? undefined : this.#lanes.get(command.lane);
  }

  /** Whether its lane lets it in; if not, it waits there. */
  #enterLane(queued: Q): boolean {
    const { lane: name, line } = queued.command;
    if (name === undefined) return true;
    const lane = this.#lanes.get(name);
    if (lane === undefined) this.#lanes.set(name, { line, admitted: 1, waiting: [] });
    else if (lane.line === line && lane.waiting.length === 0) lane.admitted += 1;
    else {
      lane.waiting.push(queued);
      return false;
    }
    return true;
  }

  #leaveLane(queued: Q): void {
    const { lane: name } = queued.command;
    const lane = this.#laneOf(queued);
    if (name === undefined || lane === undefined) return;
    lane.admitted -= 1;
    if (lane.admitted > 0) return;
    const [first] = lane.waiting;
    if (first === undefined) {
      this.#lanes.delete(name);
      return;
    }
    lane.line = first.command.line;
    const others = lane.waiting.findIndex(({ command }) => command.line !== lane.line);
    const next = lane.waiting.splice(0, others === -1 ? lane.waiting.length : others);
    lane.admitted = next.length;
    for (const each of next) this.#admitted.add(each);
  }
}
