import { wholeMillisecondsOf, type Instant, type MutableInstant } from '../protocol/timestamp.ts';

const NANOSECONDS_A_SECOND = 1_000_000_000;
/** A clock that was set back by more than this, in seconds, is followed back: skews have to be true. */
const MAX_STEP_BACK_SECONDS = 1;

/**
 * Gives each report that a server accepts its time of receipt and its identity. Receipts rise strictly, by a
 * nanosecond at least, so that of two reports with one time stamp the later one is newer. A clock that was
 * set back by more than a second is followed back; that begins a new epoch.
 */
export class Receipts {
  /** The receipt that was given last. */
  readonly last: MutableInstant = { seconds: 0, nanoseconds: 0 };
  #epoch: number;
  #sequence = 0;

  /** @param epoch the first epoch, in milliseconds since the POSIX epoch; later than all before it */
  constructor(epoch: number) {
    this.#epoch = epoch;
  }

  /** The epoch of the reports that are accepted now. */
  get epoch(): number {
    return this.#epoch;
  }

  /** The sequence number of the report that was accepted last. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Gives the next receipt, of a report that is looked at `now`; it is in `last`. */
  next(now: Instant): void {
    const { last } = this;
    const ahead =
      now.seconds - last.seconds + (now.nanoseconds - last.nanoseconds) / NANOSECONDS_A_SECOND;
    if (ahead > 0 || ahead < -MAX_STEP_BACK_SECONDS) {
      if (ahead < 0) this.#beginEpoch(now);
      last.seconds = now.seconds;
      last.nanoseconds = now.nanoseconds;
      return;
    }
    last.nanoseconds += 1;
    if (last.nanoseconds < NANOSECONDS_A_SECOND) return;
    last.nanoseconds = 0;
    last.seconds += 1;
  }

  /** Gives the next sequence number, of a report that was accepted. */
  accept(): number {
    this.#sequence += 1;
    return this.#sequence;
  }

  #beginEpoch(now: Instant): void {
    this.#epoch = Math.max(this.#epoch + 1, epochAt(now));
    this.#sequence = 0;
  }
}

/** The epoch that begins at an instant: its milliseconds since the POSIX epoch. */
export function epochAt(instant: Instant): number {
  return wholeMillisecondsOf(instant);
}
