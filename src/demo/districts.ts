import { CITY, distanceM, type Point } from './streets.ts';

/** How far the servers are from the middle of the city, as a share of the way to its edge. */
const RING_SHARE = 0.6;

/**
 * Which server a client reports to: as if each stood somewhere in the city, around its middle, and clients reached the
 * nearest. So they roam from server to server as they move.
 *
 * @param count how many servers there are; the first is in the north, the others follow over west
 * @param isDown whether one does not answer: its clients then go to the next nearest
 */
export function nearestServer(
  point: Point,
  count: number,
  isDown: (server: number) => boolean,
): number | undefined {
  let nearest: number | undefined;
  let nearestM = Infinity;
  for (let server = 0; server < count; server++) {
    if (isDown(server)) continue;
    const awayM = distanceM(point, siteOf(server, count));
    if (awayM >= nearestM) continue;
    nearest = server;
    nearestM = awayM;
  }
  return nearest;
}

function siteOf(server: number, count: number): Point {
  const angle = (2 * Math.PI * server) / count;
  const { south, north, west, east } = CITY;
  return {
    latitude: (south + north) / 2 + (Math.cos(angle) * RING_SHARE * (north - south)) / 2,
    longitude: (west + east) / 2 - (Math.sin(angle) * RING_SHARE * (east - west)) / 2,
  };
}
