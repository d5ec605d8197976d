import { iamatTalk, type Report } from '../load/reports.ts';
import type { Talk } from '../load/talk.ts';

/** Where in a request's end what changes stands: `-118.445127 1600000001.000000000` and the LF. */
const SECONDS_FROM_END = 21;
const SECONDS_DIGITS = 10;
const LONGITUDE_FROM_END = 28;
const LONGITUDE_DIGITS = 3;
/** So many places a client is at, one after the other. */
const PLACES = 10 ** LONGITUDE_DIGITS;

/** Reports that are made over and over: each time a second later, and elsewhere. */
export class Sweep {
  readonly #talks: readonly Talk[];
  readonly #firstSecond: number;
  #sweeps = 0;

  constructor(server: string, lanes: readonly (readonly Report[])[]) {
    this.#talks = lanes.map((reports) => iamatTalk(server, reports));
    this.#firstSecond = Number(lanes[0]?.[0]?.time.slice(0, SECONDS_DIGITS));
  }

  /** The talks of the next time. They are the same ones, written anew. */
  next(): readonly Talk[] {
    this.#sweeps += 1;
    const seconds = String(this.#firstSecond + this.#sweeps);
    const place = String(this.#sweeps % PLACES).padStart(LONGITUDE_DIGITS, '0');
    for (const { requests, ends } of this.#talks) {
      for (const end of ends) {
        requests.write(seconds, end - SECONDS_FROM_END, 'latin1');
        requests.write(place, end - LONGITUDE_FROM_END, 'latin1');
      }
    }
    return this.#talks;
  }
}
