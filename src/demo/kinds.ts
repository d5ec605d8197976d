/** How a kind of clients moves through the city. */
export interface Kind {
  readonly name: string;
  /** What one looks like, of the icons that cards have. */
  readonly icon: 'person' | 'bike' | 'bus' | 'truck';
  /** How many there are of it. */
  readonly count: number;
  /** The speed of one, which it has as long as it moves, in m/s. */
  readonly speedMps: readonly [least: number, most: number];
  /** How often one reports, in seconds. */
  readonly reportEveryS: number;
  /** Where it goes: along any street, along avenues, or along one avenue alone. */
  readonly ways: 'streets' | 'avenues' | 'one avenue';
  /** How likely it turns at a crossing where it could go straight on. */
  readonly turnChance: number;
  /** How likely it stops at a crossing, and for how long, in seconds. */
  readonly stopChance: number;
  readonly stopS: readonly [least: number, most: number];
  /** The percent that its battery loses in a minute; `undefined`: it has none. */
  readonly drainPerMinute: readonly [least: number, most: number] | undefined;
  /** How exact its fixes are, in metres. */
  readonly accuracyM: readonly [least: number, most: number];
}

/** Who moves through the city. Speeds are those of a street in a city, where nobody goes as fast as they can. */
export const KINDS: readonly Kind[] = [
  {
    name: 'walker',
    icon: 'person',
    count: 140,
    speedMps: [1, 1.8],
    reportEveryS: 4,
    ways: 'streets',
    turnChance: 0.3,
    stopChance: 0.15,
    stopS: [5, 45],
    drainPerMinute: [0.2, 1.5],
    accuracyM: [4, 25],
  },
  {
    name: 'bike',
    icon: 'bike',
    count: 80,
    speedMps: [3.5, 6.5],
    reportEveryS: 3,
    ways: 'streets',
    turnChance: 0.2,
    stopChance: 0.1,
    stopS: [3, 15],
    drainPerMinute: [0.5, 2],
    accuracyM: [3, 12],
  },
  {
    name: 'bus',
    icon: 'bus',
    count: 40,
    speedMps: [8, 12],
    reportEveryS: 2,
    ways: 'one avenue',
    turnChance: 0,
    stopChance: 0.5,
    stopS: [10, 25],
    drainPerMinute: undefined,
    accuracyM: [2, 6],
  },
  {
    name: 'van',
    icon: 'truck',
    count: 40,
    speedMps: [9, 14],
    reportEveryS: 2,
    ways: 'avenues',
    turnChance: 0.35,
    stopChance: 0.3,
    stopS: [4, 60],
    drainPerMinute: undefined,
    accuracyM: [2, 8],
  },
];
