import { createHash } from 'node:crypto';

import type { Card } from '../../service/cards.ts';
import { isGeofenceName } from '../../service/geofences/check-geofence.ts';
import { GeofenceError } from '../../service/geofences/geofence-error.ts';
import type { Geofence } from '../../service/geofences/geofence.ts';
import type { LocationService } from '../../service/location-service.ts';
import { requireTaken } from '../api/report.ts';
import type { Waypoint } from './app.ts';

/** The most geofences of one phone: more than anybody marks, and a twentieth of what a herd may have. */
const MAX_GEOFENCES_A_PHONE = 50;
/** How many digits of a hash replace the end of a name that is too long. */
const HASH_DIGITS = 8;
/** The longest name of a geofence, in characters, where each is one. */
const MAX_NAME = 64;

/** Why something is of no use that its app wrote as it should. */
export type RefusedExtra =
  | 'no-room' // there are as many cards or geofences as there may be, of one phone or of all
  | 'invalid-device' // the client's ID is too long for a card
  | 'invalid-waypoint'; // the radius is one that no geofence has

type Service = Pick<LocationService, 'cards' | 'clients' | 'geofences'>;

/**
 * Takes in what somebody is called and looks like.
 *
 * @param client of one character a byte
 * @throws {Problem} where it could not be stored
 */
export async function takeCard(
  service: Service,
  client: string,
  card: Omit<Card, 'icon'>,
): Promise<RefusedExtra | undefined> {
  const bytes = Buffer.from(client, 'latin1');
  const icon = service.cards.get(bytes)?.icon; // apps know none: that of the herd stays
  const outcome = await service.cards.put(bytes, { ...card, icon });
  if (outcome === 'too many cards') return 'no-room';
  if (outcome === 'client ID too long') return 'invalid-device';
  requireTaken(outcome, service);
  return undefined;
}

/**
 * Makes a geofence of a waypoint, in the place of the one that was made of it before.
 *
 * @param client of one character a byte
 * @throws {Problem} where it could not be stored
 */
export async function takeWaypoint(
  service: Service,
  client: string,
  waypoint: Waypoint,
): Promise<RefusedExtra | undefined> {
  const prefix = prefixOf(client);
  const { latitude, longitude, radiusM } = waypoint;
  const name = geofenceName(prefix, waypoint.name);
  const shape = { type: 'circle', latitude, longitude, radiusM } as const;
  const known = await service.geofences.list();
  const before = known.find((fence) => fence.name === name);
  if (before !== undefined && isSameCircle(before.shape, shape)) return undefined;
  const own = known.filter((fence) => fence.name.startsWith(prefix));
  if (before === undefined && own.length >= MAX_GEOFENCES_A_PHONE) return 'no-room';
  try {
    const outcome = await service.geofences.put({ name, shape, minimumDwellS: 0 });
    if (outcome === 'too many geofences') return 'no-room';
    if (outcome !== 'unknown geofence') requireTaken(outcome, service);
    return undefined;
  } catch (error) {
    if (error instanceof GeofenceError) return 'invalid-waypoint';
    throw error;
  }
}

/**
 * What the names of a client's geofences begin with: its ID, a colon and a space. No ID has a space in it, so no two
 * clients have the same; one that is too long, or cannot be seen, is cut, and its hash is put behind it.
 */
function prefixOf(client: string): string {
  const id = Buffer.from(client, 'latin1').toString();
  const most = MAX_NAME / 2 - 2;
  const isUsual = id.length <= most && isGeofenceName(id) && !id.includes('\u{fffd}');
  return `${isUsual ? id : hashed(id, client, most)}: `;
}

function geofenceName(prefix: string, name: string): string {
  const most = MAX_NAME - prefix.length;
  return prefix + (name.length <= most ? name : hashed(name, name, most));
}

/** The beginning of a text, and a hash of all of it in the place of the rest. */
function hashed(text: string, whole: string, most: number): string {
  const digits = createHash('sha256').update(whole).digest('hex').slice(0, HASH_DIGITS);
  const begin = Array.from(text.replace(/[^ \p{L}\p{M}\p{N}\p{P}\p{S}]/gu, ''));
  return `${begin.slice(0, (most - HASH_DIGITS - 1) / 2).join('')}~${digits}`;
}

function isSameCircle(a: Geofence['shape'], b: Geofence['shape']): boolean {
  if (a.type !== 'circle' || b.type !== 'circle') return false;
  const isNear = (x: number, y: number): boolean => Math.abs(x - y) < 1e-7;
  return (
    a.radiusM === b.radiusM && isNear(a.latitude, b.latitude) && isNear(a.longitude, b.longitude)
  );
}
