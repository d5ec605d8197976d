import type { Kind } from './kinds.ts';
import { between, type Random } from './random.ts';
import {
  COLUMN_COUNT,
  DIRECTIONS,
  distanceM,
  isAvenue,
  isCrossingOfAvenues,
  nextCrossing,
  pointBetween,
  pointOf,
  ROW_COUNT,
  type Crossing,
  type Direction,
  type Point,
} from './streets.ts';

/** Somebody who moves through the city, from crossing to crossing. Reads no clock: time is handed in. */
export class Traveller {
  readonly #kind: Kind;
  readonly #random: Random;
  readonly #speedMps: number;
  #from: Crossing;
  #to: Crossing;
  #direction: Direction;
  /** How far it is from where it last crossed, in metres. */
  #walkedM = 0;
  /** How long it still stands, in seconds. */
  #stopS = 0;

  constructor(kind: Kind, random: Random) {
    this.#kind = kind;
    this.#random = random;
    this.#speedMps = between(random, kind.speedMps);
    this.#from = startOf(kind, random);
    this.#direction = pick(waysFrom(kind, this.#from, undefined), random);
    this.#to = nextCrossing(this.#from, this.#direction) ?? this.#from;
    this.#walkedM = random() * this.#blockM; // not all of them begin at a crossing
  }

  get point(): Point {
    const share = this.#walkedM / this.#blockM;
    return pointBetween(pointOf(this.#from), pointOf(this.#to), share);
  }

  /** Its speed at the moment, in m/s: 0 where it stands. */
  get speedMps(): number {
    return this.#stopS > 0 ? 0 : this.#speedMps;
  }

  /** Where it goes, from north over east, in degrees. */
  get courseDeg(): number {
    return this.#direction.courseDeg;
  }

  /** Lets so many seconds pass. */
  move(seconds: number): void {
    let leftS = seconds;
    while (leftS > 0) {
      const standsS = Math.min(this.#stopS, leftS);
      this.#stopS -= standsS;
      leftS -= standsS;
      const toCrossingS = (this.#blockM - this.#walkedM) / this.#speedMps;
      if (toCrossingS > leftS) {
        this.#walkedM += leftS * this.#speedMps;
        return;
      }
      leftS -= toCrossingS;
      this.#cross();
    }
  }

  get #blockM(): number {
    return distanceM(pointOf(this.#from), pointOf(this.#to));
  }

  #cross(): void {
    const { stopChance, stopS, turnChance } = this.#kind;
    const at = this.#to;
    const ways = waysFrom(this.#kind, at, this.#direction);
    const isBack = (way: Direction): boolean =>
      way.rows === -this.#direction.rows && way.columns === -this.#direction.columns;
    const turns = ways.filter((way) => way !== this.#direction && !isBack(way));
    const mayGoOn = ways.includes(this.#direction);
    if (turns.length > 0 && (!mayGoOn || this.#random() < turnChance)) {
      this.#direction = pick(turns, this.#random);
    } else if (!mayGoOn) {
      this.#direction = DIRECTIONS.find(isBack) ?? this.#direction;
    }
    this.#from = at;
    this.#to = nextCrossing(at, this.#direction) ?? at;
    this.#walkedM = 0;
    if (this.#random() < stopChance) this.#stopS = between(this.#random, stopS);
  }
}

/** Where one may go from a crossing. Who keeps to one avenue goes on in its direction, or back. */
function waysFrom({ ways }: Kind, at: Crossing, direction: Direction | undefined): Direction[] {
  return DIRECTIONS.filter(
    (way) =>
      nextCrossing(at, way) !== undefined &&
      (ways === 'streets' || isAvenue(at, way)) &&
      (ways !== 'one avenue' || direction === undefined || isOneLine(way, direction)),
  );
}

function isOneLine(a: Direction, b: Direction): boolean {
  return (a.rows === 0) === (b.rows === 0);
}

function startOf({ ways }: Kind, random: Random): Crossing {
  for (;;) {
    const row = Math.floor(random() * ROW_COUNT);
    const column = Math.floor(random() * COLUMN_COUNT);
    if (ways === 'streets' || isCrossingOfAvenues({ row, column })) return { row, column };
  }
}

function pick(ways: readonly Direction[], random: Random): Direction {
  const way = ways[Math.floor(random() * ways.length)];
  if (way === undefined) throw new RangeError('no street begins at this crossing');
  return way;
}
