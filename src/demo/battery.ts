import { between, type Random } from './random.ts';

/** Below this it is charged, up to the other, in percent. */
const CHARGE_BELOW = 8;
const CHARGE_UNTIL = 95;
/** What charging adds in a minute, in percent. */
const CHARGE_PER_MINUTE = 6;

/** A battery that drains, and is charged when it is nearly empty. */
export class Battery {
  readonly #drainPerMinute: number;
  #level: number;
  #isCharging = false;

  constructor(drainPerMinute: readonly [number, number], random: Random) {
    this.#drainPerMinute = between(random, drainPerMinute);
    this.#level = between(random, [CHARGE_BELOW, 100]);
  }

  get percent(): number {
    return Math.round(this.#level);
  }

  get isCharging(): boolean {
    return this.#isCharging;
  }

  /** Lets so many seconds pass. */
  pass(seconds: number): void {
    const perMinute = this.#isCharging ? CHARGE_PER_MINUTE : -this.#drainPerMinute;
    this.#level = Math.min(100, Math.max(0, this.#level + (perMinute * seconds) / 60));
    if (this.#level < CHARGE_BELOW) this.#isCharging = true;
    if (this.#level > CHARGE_UNTIL) this.#isCharging = false;
  }
}
