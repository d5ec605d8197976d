import type { Report } from '../client/location.ts';
import { Battery } from './battery.ts';
import type { DemoCard } from './cards.ts';
import { KINDS, type Kind } from './kinds.ts';
import { DEMO_NAME, DEMO_PREFIX } from './names.ts';
import { between, randomFrom, type Random } from './random.ts';
import type { Point } from './streets.ts';
import { Traveller } from './traveller.ts';

/** A made-up client: it moves, and says where it is from time to time. */
export class DemoClient {
  readonly id: string;
  readonly card: DemoCard;
  readonly #kind: Kind;
  readonly #random: Random;
  readonly #traveller: Traveller;
  readonly #battery: Battery | undefined;
  /** In how many seconds it reports. */
  #dueS: number;

  constructor(kind: Kind, number: number, random: Random) {
    this.id = idOf(kind, number);
    this.card = { name: `${DEMO_NAME}${titleOf(kind)} ${number}`, icon: kind.icon };
    this.#kind = kind;
    this.#random = random;
    this.#traveller = new Traveller(kind, random);
    const { drainPerMinute } = kind;
    this.#battery = drainPerMinute && new Battery(drainPerMinute, random);
    this.#dueS = random() * kind.reportEveryS; // not all at once
  }

  get point(): Point {
    return this.#traveller.point;
  }

  /** Lets so many seconds pass. Returns whether it reports then. */
  pass(seconds: number): boolean {
    this.#traveller.move(seconds);
    this.#battery?.pass(seconds);
    this.#dueS -= seconds;
    if (this.#dueS > 0) return false;
    this.#dueS = Math.max(0, this.#dueS + this.#kind.reportEveryS);
    return true;
  }

  /** What it says of itself now. */
  get report(): Report {
    const { point, speedMps, courseDeg } = this.#traveller;
    const battery = this.#battery;
    return {
      client: this.id,
      ...point,
      accuracyM: Math.round(between(this.#random, this.#kind.accuracyM)),
      speedMps: Math.round(speedMps * 10) / 10,
      courseDeg,
      ...(battery && { batteryPercent: battery.percent, charging: battery.isCharging }),
      attributes: { kind: this.#kind.name },
    };
  }
}

/** The IDs of all that a demo can have. */
export const DEMO_CLIENT_IDS: ReadonlySet<string> = new Set(
  KINDS.flatMap((kind) => numbersOf(kind).map((number) => idOf(kind, number))),
);

/** All clients of a demo. The same seed makes the same ones, who then do the same. */
export function createDemoClients(seed: number): DemoClient[] {
  const random = randomFrom(seed);
  return KINDS.flatMap((kind) =>
    numbersOf(kind).map((number) => new DemoClient(kind, number, randomFrom(random() * 2 ** 32))),
  );
}

function numbersOf({ count }: Kind): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

function idOf({ name }: Kind, number: number): string {
  return `${DEMO_PREFIX}${name}-${number}`;
}

function titleOf({ name }: Kind): string {
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
