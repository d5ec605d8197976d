import type { Area } from '../../state/area.ts';
import type { Cluster } from './clusters.ts';
import { toDegrees } from './mercator.ts';

/** Such a part of the clients may be outside on each side: a few that are far away do not make all others a dot. */
const OUTSIDE = 1 / 50;

/** The area that nearly all clients are in; `undefined` where there are none. */
export function mostlyIn(clusters: readonly Cluster[]): Area | undefined {
  if (clusters.length === 0) return undefined;
  const places = clusters.map(({ at, count }) => ({ ...toDegrees(at), count }));
  const [south, north] = middleOf(places.map(({ latitude, count }) => [latitude, count]));
  const [west, east] = middleOf(places.map(({ longitude, count }) => [longitude, count]));
  return { west, south, east, north };
}

/** From where to where most are, of numbers and how often each is there. */
function middleOf(numbers: (readonly [number, number])[]): [number, number] {
  const sorted = numbers.sort(([a], [b]) => a - b);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  return [from(sorted, total * OUTSIDE), from(sorted.toReversed(), total * OUTSIDE)];
}

/** The first number that has no more than so many before it. */
function from(sorted: readonly (readonly [number, number])[], outside: number): number {
  let before = 0;
  for (const [number, count] of sorted) {
    before += count;
    if (before > outside) return number;
  }
  return 0;
}
