import { createHash } from 'node:crypto';
import { z } from 'zod';

import { compareInstants, type Instant } from '../../protocol/timestamp.ts';
import type { Location } from '../../service/location-service.ts';
import { formatClientId } from '../../protocol/client-id.ts';
import { formatTime, secondsBetween } from '../../protocol/time.ts';
import type { LastSeen } from '../../service/signs-of-life.ts';
import type { BatteryReading } from '../../store/sign-of-life.ts';

const clientSchema = z.string().describe('The client ID: its UTF-8, or base64: and its bytes');
export const latitudeSchema = z.number().min(-90).max(90).describe('Degrees north (WGS 84)');
export const longitudeSchema = z.number().min(-180).max(180).describe('Degrees east (WGS 84)');
const timeSchema = z.string().describe('RFC 3339, up to nanoseconds; POSIX seconds after 9999');

/** The attributes that have a meaning here. */
export const knownSchema = {
  accuracyM: z.number().min(0).optional().describe('The radius in metres in which the client is'),
  altitudeM: z.number().optional().describe('Metres'),
  speedMps: z.number().min(0).optional().describe('Metres a second'),
  courseDeg: z.number().min(0).max(360).optional().describe('Degrees from north over east'),
  batteryPercent: z.number().min(0).max(100).optional(),
  charging: z.boolean().optional(),
};

/** What an app says beside them. */
export const attributesSchema = z
  .record(z.string(), z.union([z.number(), z.string(), z.boolean()]))
  .optional()
  .describe('What else an app says, by names of letters and digits: 512 bytes with all the others');

const saidSchema = {
  server: z.string().describe('The server that received the report from the client'),
  receivedAt: timeSchema.describe('When that was, RFC 3339'),
  skew: z.string().describe('Receipt minus time in seconds, with sign and nine decimals'),
  ageSeconds: z.number().describe('Since the time, or since the receipt if that is earlier'),
  lastSeenAt: timeSchema.describe(
    'When a server last received anything of the client, RFC 3339: a report, or a sign of life such as a heartbeat',
  ),
};

/** A location as it is answered. */
export const locationSchema = z
  .object({
    client: clientSchema,
    latitude: latitudeSchema,
    longitude: longitudeSchema,
    time: timeSchema.describe('When the client was there, as it said'),
    ...knownSchema,
    attributes: attributesSchema,
    geofences: z
      .array(z.string())
      .optional()
      .describe('The names of the geofences that it is in, if any'),
    ...saidSchema,
  })
  .describe('The last known location of a client');

export type ApiLocation = z.infer<typeof locationSchema>;

/** The same as GeoJSON (RFC 7946). */
export const featureSchema = z
  .object({
    type: z.literal('Feature'),
    id: clientSchema,
    geometry: z.object({
      type: z.literal('Point'),
      coordinates: z.array(z.number()).min(2).max(3).describe('Longitude, latitude, altitude'),
    }),
    properties: z.looseObject({ client: clientSchema, time: timeSchema, ...saidSchema }),
  })
  .describe('The last known location of a client (GeoJSON)');

/** What is known of a client beside its location. */
export interface BesideLocation {
  /** The names of the geofences that it is in. */
  readonly geofences: readonly string[];
  readonly lastSeen: LastSeen;
}

/** A location as it is answered. */
export function describeLocation(
  location: Location,
  now: Instant,
  { geofences, lastSeen }: BesideLocation,
): ApiLocation {
  const { at, position, attributes, time: sent, received, origin: server, client } = location;
  const [, , skew = '', , , timeText = ''] = at.split(' ');
  const earlier = compareInstants(sent, received) < 0 ? sent : received;
  const sentText = formatTime(sent);
  return {
    client: formatClientId(client),
    latitude: position.latitude,
    longitude: position.longitude,
    // What no calendar has is more digits than a binary number, too.
    time: sentText.endsWith('Z') ? sentText : timeText,
    ...membersOf(attributes),
    ...describeBattery(lastSeen),
    ...(geofences.length === 0 ? {} : { geofences: [...geofences] }),
    server,
    receivedAt: formatTime(received),
    skew,
    ageSeconds: Math.max(0, secondsBetween(earlier, now)),
    lastSeenAt: formatTime(lastSeen.received),
  };
}

/** What is known of a battery. */
export function describeBattery({
  batteryPercent,
  charging,
}: BatteryReading): Pick<ApiLocation, 'batteryPercent' | 'charging'> {
  return {
    ...(batteryPercent === undefined ? {} : { batteryPercent }),
    ...(charging === undefined ? {} : { charging }),
  };
}

/** The attributes that have a meaning here as members, the others together. */
function membersOf(attributes: Location['attributes']): Partial<ApiLocation> {
  const known: Record<string, unknown> = {};
  const others: Record<string, number | boolean | string> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (Object.hasOwn(knownSchema, name)) known[name] = value;
    else if (value !== undefined) others[name] = value;
  }
  return Object.keys(others).length === 0 ? known : { ...known, attributes: others };
}

/** A location as GeoJSON. */
export function toFeature(
  location: ApiLocation,
  more: Readonly<Record<string, unknown>> = {},
): z.infer<typeof featureSchema> {
  const { latitude, longitude, ...properties } = location;
  const { altitudeM } = location;
  const coordinates = [longitude, latitude, ...(altitudeM === undefined ? [] : [altitudeM])];
  return {
    type: 'Feature',
    id: location.client,
    geometry: { type: 'Point', coordinates },
    properties: { ...properties, ...more },
  };
}

/** A weak entity tag of texts: equal ones have the same, and an answer's age does not change it. */
export function entityTag(...texts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${text.length} ${text}`);
  return `W/"${hash.digest('base64url').slice(0, 22)}"`;
}

/** What a location's entity tag is made of. */
export function tagText(
  { at, attributes }: Location,
  { geofences, lastSeen: { received, batteryPercent, charging } }: BesideLocation,
): string {
  return `${at} ${JSON.stringify([attributes, geofences, received, batteryPercent, charging])}`;
}

/** Whether an `If-None-Match` header names a tag, or any (RFC 9110, section 13.1.2). */
export function isMatch(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  const opaque = (text: string): string => text.trim().replace(/^W\//, '');
  return header.trim() === '*' || header.split(',').some((each) => opaque(each) === opaque(tag));
}
