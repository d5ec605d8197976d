import { z } from 'zod';

import type { Instant } from '../../protocol/timestamp.ts';
import type { Card } from '../../service/cards.ts';
import type { Location } from '../../service/location-service.ts';
import { tidOf } from '../friends/tids.ts';
import { toOwnTracks } from '../ingest/owntracks/location.ts';
import { type Device, deviceOf, splitId } from './device.ts';

/** A location as OwnTracks' recorder has it. */
export const recordedSchema = z
  .object({
    _type: z.literal('location'),
    tid: z.string().describe('Two characters, which others may have as well'),
    lat: z.number(),
    lon: z.number(),
    tst: z.number().describe('When the client was there, in POSIX seconds'),
    acc: z.number().optional().describe('Metres'),
    vel: z.number().optional().describe('Kilometres an hour'),
    alt: z.number().optional().describe('Metres'),
    cog: z.number().optional().describe('Degrees from north over east'),
    batt: z.number().optional().describe('Percent'),
    topic: z.string(),
    username: z.string(),
    device: z.string(),
    isotst: z.string().describe('`tst` in ISO 8601'),
    disptst: z.string().describe('`tst` to be read by people, UTC'),
    isorcv: z.string().describe('When a server received it, in ISO 8601'),
    name: z.string().optional().describe('Of the client’s card'),
    face: z.string().optional().describe('Of the client’s card: a picture in base64'),
  })
  .partial()
  .describe('The last location of a device');

type Recorded = z.infer<typeof recordedSchema>;

/** A location as the recorder has it. */
export function recordedOf(location: Location, card: Card | undefined): Recorded {
  const { client, attributes, received } = location;
  const whose = deviceOf(client);
  return recorded(location, received, idOf(client, attributes['tid']), whose, card);
}

/** What of a location a live update has, as JSON. */
const liveSchema = z.object({
  client: z.string(),
  latitude: z.number(),
  longitude: z.number(),
  time: z.string(),
  receivedAt: z.string(),
  accuracyM: z.number().optional(),
  altitudeM: z.number().optional(),
  speedMps: z.number().optional(),
  courseDeg: z.number().optional(),
  batteryPercent: z.number().optional(),
  attributes: z.looseObject({ tid: z.unknown() }).partial().optional(),
});

/** The same of a live update: what `GET /v1/clients/{id}` answers, as text. */
export function recordedOfLive(body: string): Recorded {
  const live = liveSchema.parse(JSON.parse(body));
  const { client, latitude, longitude, time, receivedAt, attributes, ...known } = live;
  const location = {
    position: { latitude, longitude },
    time: instantOf(time),
    attributes: known,
  };
  return recorded(
    location,
    instantOf(receivedAt),
    idOf(client, attributes?.tid),
    splitId(client),
    undefined,
  );
}

function recorded(
  location: Pick<Location, 'position' | 'time' | 'attributes'>,
  received: Instant,
  tid: string,
  { user, device }: Device,
  card: Card | undefined,
): Recorded {
  const iso = isoOf(location.time);
  return {
    ...toOwnTracks(location, tid),
    topic: `owntracks/${user}/${device}`,
    username: user,
    device,
    isotst: iso,
    disptst: iso.replace('T', ' ').replace('Z', ''),
    isorcv: isoOf(received),
    ...(card?.name === undefined ? {} : { name: card.name }),
    ...(card?.face === undefined ? {} : { face: card.face }),
  };
}

function idOf(client: string, tid: unknown): string {
  return tidOf({ client, tid: typeof tid === 'string' ? tid : undefined });
}

/** To the second, up to the last valid date. */
function isoOf({ seconds }: Instant): string {
  return new Date(Math.min(seconds * 1000, 8.64e15)).toISOString().replace('.000Z', 'Z');
}

/** RFC 3339, or POSIX seconds after 9999. */
function instantOf(text: string): Instant {
  const seconds = text.endsWith('Z')
    ? Math.floor(Date.parse(text) / 1000)
    : Math.floor(Number(text));
  return { seconds, nanoseconds: 0 };
}
