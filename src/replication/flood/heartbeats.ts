import type { Clock } from '../../transport/channel.ts';

/** How often a server says that it is there, in milliseconds. */
const HEARTBEAT_MS = 1000;
/** So many times as often it says what has become of its vector, where it has changed. */
const NEWS_PER_HEARTBEAT = 4;
/** So many heartbeats missed, and the neighbour counts as gone. One or two can be a busy machine. */
export const MAX_MISSED_HEARTBEATS = 3;
/** How long a neighbour may be silent, in milliseconds. */
export const MAX_SILENCE_MS = MAX_MISSED_HEARTBEATS * HEARTBEAT_MS;

/** What is due to be said: nothing, what has changed in this server's vector, or a heartbeat in any case. */
export type Due = 'nothing' | 'news' | 'heartbeat';

export interface HeartbeatListener {
  /** Something is due to be said: four times a second. */
  onDue(): void;
  /** The neighbour has missed too many heartbeats. */
  onSilent(): void;
}

/**
 * A link's signs of life: when this server's are due, and whether the neighbour's are missing. They are counted
 * rather than timed: after a pause of this server's own, what the neighbour said meanwhile is read before a
 * second one can be missed.
 */
export class Heartbeats {
  readonly #clock: Clock;
  readonly #listener: HeartbeatListener;
  #missed = 0;
  /** How often the timer has gone off. */
  #timers = 0;
  #due: Due = 'nothing';
  #cancelTimer: () => void;

  constructor(clock: Clock, listener: HeartbeatListener) {
    this.#clock = clock;
    this.#listener = listener;
    this.#cancelTimer = this.#startTimer();
  }

  /** Notes that something came from the neighbour. */
  noteReceived(): void {
    this.#missed = 0;
  }

  /** Takes what is due. */
  take(): Due {
    const due = this.#due;
    this.#due = 'nothing';
    return due;
  }

  stop(): void {
    this.#cancelTimer();
  }

  #startTimer(): () => void {
    return this.#clock.after(HEARTBEAT_MS / NEWS_PER_HEARTBEAT, () => this.#timeIsUp());
  }

  #timeIsUp(): void {
    this.#timers += 1;
    if (this.#timers % NEWS_PER_HEARTBEAT === 0) {
      this.#missed += 1;
      if (this.#missed >= MAX_MISSED_HEARTBEATS) return this.#listener.onSilent();
      this.#due = 'heartbeat';
    } else if (this.#due === 'nothing') this.#due = 'news';
    this.#cancelTimer = this.#startTimer();
    this.#listener.onDue();
  }
}
