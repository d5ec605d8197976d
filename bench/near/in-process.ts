import { SpatialIndex } from '#src/store/spatial-index.js';
import { SpatialIndexFill } from '#src/store/spatial-index-fill.js';
import type { World } from './world.ts';

const MOVES = 1_000_000;

/** What the index itself costs: a move in nanoseconds of processor time, a client in bytes. */
export function indexCosts(world: World, share: number): { move: number; client: number } {
  const index = new SpatialIndex();
  const clients = world.latitudes.length;
  const latitudeE7 = (client: number): number => Math.round((world.latitudes[client] ?? 0) * 1e7);
  const longitudeE7 = (client: number): number => Math.round((world.longitudes[client] ?? 0) * 1e7);
  const source = { end: clients, hasPosition: () => true, latitudeE7, longitudeE7 };
  new SpatialIndexFill(index, source).step(clients);
  const moves = Math.ceil(MOVES * share);
  const who = Uint32Array.from({ length: moves }, () => world.anyone());
  for (const client of who) world.move(client);
  const before = process.cpuUsage();
  for (const client of who) index.put(client, latitudeE7(client), longitudeE7(client));
  const { user, system } = process.cpuUsage(before);
  return { move: ((user + system) * 1000) / moves, client: index.sizeBytes / clients };
}
