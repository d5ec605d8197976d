/** A million metres north are so many degrees of latitude. */
const DEGREES_PER_METRE = 1 / 111_195;
/** How far from a city's middle clients are, as a standard deviation in metres. */
const CITY_METRES = 12_000;
/** The most that a client moves at once, north or south and east or west, in metres. */
const STEP_METRES = 50;

/** The middles of the cities that the clients are in, as many in each: latitude and longitude. */
const CITIES = [
  [34.05, -118.24],
  [51.51, -0.13],
  [35.68, 139.69],
  [-23.55, -46.63],
  [52.52, 13.4],
] as const;

/** Clients in five cities, each of which moves at random; the same for the same seed. */
export class World {
  readonly latitudes: Float64Array;
  readonly longitudes: Float64Array;
  #state = 1;

  constructor(clients: number) {
    this.latitudes = new Float64Array(clients);
    this.longitudes = new Float64Array(clients);
    for (let client = 0; client < clients; client++) {
      const [latitude, longitude] = CITIES[client % CITIES.length] ?? CITIES[0];
      this.latitudes[client] = latitude;
      this.longitudes[client] = longitude;
      this.#shift(client, CITY_METRES * this.#normal(), CITY_METRES * this.#normal());
    }
  }

  /** Any of the clients. */
  anyone(): number {
    return Math.floor(this.#random() * this.latitudes.length);
  }

  /** Moves a client by a step. */
  move(client: number): void {
    const step = (): number => (2 * this.#random() - 1) * STEP_METRES;
    this.#shift(client, step(), step());
  }

  #shift(client: number, northMetres: number, eastMetres: number): void {
    const latitude = this.latitudes[client] ?? 0;
    const width = Math.cos((latitude * Math.PI) / 180);
    const longitude = this.longitudes[client] ?? 0;
    this.latitudes[client] = latitude + northMetres * DEGREES_PER_METRE;
    this.longitudes[client] = longitude + (eastMetres * DEGREES_PER_METRE) / width;
  }

  /** Box and Muller's transform. */
  #normal(): number {
    const length = Math.sqrt(-2 * Math.log(1 - this.#random()));
    return length * Math.cos(2 * Math.PI * this.#random());
  }

  /** From 0 up to 1: a linear congruential generator (Numerical Recipes). */
  #random(): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) | 0;
    return (this.#state >>> 0) / 2 ** 32;
  }
}
