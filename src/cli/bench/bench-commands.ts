import { questionKey, reportKey } from '../replies/in-flight.ts';
import { movingPosition } from './moving-position.ts';

/** What questions ask for: the places of a small town, which a herd answers from its memory. */
const QUESTION = '10 5';

/** A command of a load. */
export interface BenchCommand {
  readonly text: string;
  /** What its reply has: see `InFlight.add`. */
  readonly key: string;
  readonly isQuestion: boolean;
}

/** Gives out times that rise: the present, and of the same millisecond each a nanosecond after the one before. */
export class RisingTime {
  #ms = 0;
  #count = 0;

  /** @param nowMs the present time, in milliseconds since 1970 */
  next(nowMs: number): string {
    const ms = Math.max(this.#ms, Math.floor(nowMs));
    this.#count = ms === this.#ms ? this.#count + 1 : 0;
    this.#ms = ms;
    const fraction = `${String(ms % 1000).padStart(3, '0')}${String(this.#count).padStart(6, '0')}`;
    return `${Math.floor(ms / 1000)}.${fraction}`;
  }
}

/** Makes the commands of one connection: its clients report in turn, and are asked for once they have. */
export class BenchCommands {
  readonly #clients: readonly string[];
  readonly #first: number;
  readonly #questionShare: number;
  readonly #time: RisingTime;
  #reports = 0;
  #questions = 0;

  /**
   * @param clients the IDs of those that report over this connection
   * @param first the number of the first of them, so that each connection's are elsewhere
   * @param questionShare how many of the commands are questions, from 0 to below 1
   */
  constructor(clients: readonly string[], first: number, questionShare: number, time: RisingTime) {
    this.#clients = clients;
    this.#first = first;
    this.#questionShare = questionShare;
    this.#time = time;
  }

  next(nowMs: number): BenchCommand {
    const total = this.#reports + this.#questions + 1;
    const isQuestion = this.#reports > 0 && this.#questions + 1 <= total * this.#questionShare;
    return isQuestion ? this.#question() : this.#report(nowMs);
  }

  #report(nowMs: number): BenchCommand {
    const index = this.#reports % this.#clients.length;
    const client = this.#clients[index] ?? '';
    const { latitude, longitude } = movingPosition(this.#first + index, this.#reports, 0);
    this.#reports += 1;
    const position = latitude + longitude;
    const time = this.#time.next(nowMs);
    return {
      text: `IAMAT ${client} ${position} ${time}`,
      key: reportKey(client, position, time),
      isQuestion: false,
    };
  }

  #question(): BenchCommand {
    // One that has reported: the first turn of all of them may not be over.
    const reported = Math.min(this.#reports, this.#clients.length);
    const client = this.#clients[this.#questions % reported] ?? '';
    this.#questions += 1;
    return {
      text: `WHATSAT ${client} ${QUESTION}`,
      key: questionKey(client),
      isQuestion: true,
    };
  }
}
