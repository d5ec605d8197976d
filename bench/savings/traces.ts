import type { Position } from '#src/protocol/position.js';

/** A question about a client: where it has reported itself to be, how far around it and how many. */
export interface TracedQuestion extends Position {
  /** Milliseconds since midnight. */
  readonly atMs: number;
  readonly radiusMetres: number;
  readonly bound: number;
}

/** What the traces are made of. */
export interface TraceModel {
  readonly seed: number;
  readonly clients: number;
  /** The middles of the cities that the clients live in, as many clients in each. */
  readonly cities: readonly Position[];
  /** How often a client is asked about on average, in milliseconds. */
  readonly everyMs: number;
  readonly radiiMetres: readonly number[];
  readonly bounds: readonly number[];
}

const METRES_PER_DEGREE = 111_195;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A point on the plane of a city, in metres east and north of its middle. */
interface Spot {
  readonly x: number;
  readonly y: number;
}

/** From this time on a client is on its way from one spot to the other, at which it then stays. */
interface Leg {
  readonly fromMs: number;
  readonly toMs: number;
  readonly from: Spot;
  readonly to: Spot;
}

/** How a kind of client spends its day; the shares add up to 1. */
interface Kind {
  readonly share: number;
  readonly legs: (random: Random) => Leg[];
}

type Random = () => number;

/** 7 in 10 go to work and come back, 15 in 100 walk about all day, and as many drive. */
const KINDS: readonly Kind[] = [
  { share: 0.7, legs: commute },
  { share: 0.15, legs: (random) => roam(random, { reach: 1_500, speed: 1.4 }) },
  { share: 0.15, legs: (random) => roam(random, { reach: 15_000, speed: 11 }) },
];

/** How far from a city's middle people live and work, as standard deviations in metres. */
const HOMES = 12_000;
const WORKPLACES = 6_000;
/** How fast a commuter travels, in metres per second: 36 km/h. */
const COMMUTE_SPEED = 10;
/** A client reports itself when it has moved by this much, as phones do that spare their battery. */
const REPORT_AFTER_METRES = 50;
/** How far from the truth a report is, as a standard deviation in metres. */
const GPS_ERROR = 5;

/** All questions of a day, in order. The same model gives the same ones. */
export function trace(model: TraceModel): TracedQuestion[] {
  const random = randomFrom(model.seed);
  const questions: TracedQuestion[] = [];
  for (let client = 0; client < model.clients; client++) {
    const city = pick(model.cities, client / model.clients);
    const reported = reporter(kindAt(random()).legs(random), random);
    for (
      let atMs = pause(random, model.everyMs);
      atMs < DAY;
      atMs += pause(random, model.everyMs)
    ) {
      questions.push({
        ...positionOf(city, reported(atMs)),
        atMs,
        radiusMetres: pick(model.radiiMetres, random()),
        bound: pick(model.bounds, random()),
      });
    }
  }
  return questions.sort((a, b) => a.atMs - b.atMs);
}

function kindAt(place: number): Kind {
  let left = place;
  const kind = KINDS.find(({ share }) => (left -= share) < 0) ?? KINDS.at(-1);
  if (kind === undefined) throw new RangeError('there are no kinds of clients');
  return kind;
}

/** Home, to work at about 8, home again at about 17. */
function commute(random: Random): Leg[] {
  const home = near({ x: 0, y: 0 }, HOMES, random);
  const work = near({ x: 0, y: 0 }, WORKPLACES, random);
  const out = 8 * HOUR + gauss(random) * HOUR;
  const back = 17 * HOUR + gauss(random) * HOUR;
  return [
    leg(-DAY, home, home, COMMUTE_SPEED),
    leg(out, home, work, COMMUTE_SPEED),
    leg(back, work, home, COMMUTE_SPEED),
  ];
}

/** From 9 to 20 from spot to spot around home, with a rest of up to 20 minutes at each. */
function roam(
  random: Random,
  { reach, speed }: { readonly reach: number; readonly speed: number },
): Leg[] {
  const home = near({ x: 0, y: 0 }, HOMES, random);
  const legs = [leg(-DAY, home, home, speed)];
  let [at, spot] = [9 * HOUR + random() * HOUR, home];
  while (at < 20 * HOUR) {
    const next = leg(at, spot, near(home, reach, random), speed);
    legs.push(next);
    [at, spot] = [next.toMs + random() * 20 * MINUTE, next.to];
  }
  legs.push(leg(at, spot, home, speed));
  return legs;
}

function leg(fromMs: number, from: Spot, to: Spot, speed: number): Leg {
  const metres = Math.hypot(to.x - from.x, to.y - from.y);
  return { fromMs, toMs: fromMs + (metres / speed) * 1000, from, to };
}

/** Where a client has last reported itself to be. To be asked in the order of time. */
function reporter(legs: readonly Leg[], random: Random): (atMs: number) => Spot {
  let truth: Spot | undefined;
  let report: Spot = { x: 0, y: 0 };
  return (atMs) => {
    const spot = spotAt(legs, atMs);
    const moved = truth === undefined ? Infinity : Math.hypot(spot.x - truth.x, spot.y - truth.y);
    if (moved >= REPORT_AFTER_METRES) {
      truth = spot;
      report = near(spot, GPS_ERROR, random);
    }
    return report;
  };
}

function spotAt(legs: readonly Leg[], atMs: number): Spot {
  const now = legs.findLast(({ fromMs }) => fromMs <= atMs);
  if (now === undefined) throw new RangeError(`no leg begins before ${atMs}`);
  const { fromMs, toMs, from, to } = now;
  const done = toMs > fromMs ? Math.min((atMs - fromMs) / (toMs - fromMs), 1) : 1;
  return { x: from.x + done * (to.x - from.x), y: from.y + done * (to.y - from.y) };
}

function positionOf({ latitude, longitude }: Position, { x, y }: Spot): Position {
  const metresPerLongitude = METRES_PER_DEGREE * Math.cos((latitude * Math.PI) / 180);
  return {
    latitude: rounded(latitude + y / METRES_PER_DEGREE),
    longitude: rounded(longitude + x / metresPerLongitude),
  };
}

/** Six decimals, as clients write them. */
function rounded(degrees: number): number {
  return Number(degrees.toFixed(6));
}

function near({ x, y }: Spot, deviation: number, random: Random): Spot {
  return { x: x + gauss(random) * deviation, y: y + gauss(random) * deviation };
}

/** The time until the next of events that come at random. */
function pause(random: Random, meanMs: number): number {
  return -Math.log(1 - random()) * meanMs;
}

/** The standard normal distribution (Box and Muller). */
function gauss(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function pick<T>(values: readonly T[], place: number): T {
  const value = values[Math.floor(place * values.length)];
  if (value === undefined) throw new RangeError('there is nothing to pick from');
  return value;
}

/** Numbers from 0 to below 1 that a seed determines (mulberry32). */
function randomFrom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
